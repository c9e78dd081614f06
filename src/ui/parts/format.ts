// Numbers as the interface writes them: units always beside the number, the same number of figures in one column.
// Pure; sentences live in strings.ts.

export { formatMicrons } from '../../pyramid/measure.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A share 0..1 without decimals, for narrow columns beside one that has them: "87%", and "<1%" for what is not nothing. */
export function formatWholePercent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.005) return '<1%';
  if (share < 1 && share >= 0.995) return '>99%';
  return `${Math.round(share * 100)}%`;
}

/** 12,345 */
export function formatCount(value: number): string {
  return whole.format(value);
}

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** Milliseconds since 1970: "Nov 25, 2026, 3:04 PM". */
export function formatMoment(atMs: number): string {
  return moment.format(atMs);
}

/** A share 0..1 with one decimal: "87.3%". What is small but not nothing never reads as 0.0%, nor nearly all as 100.0%. */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.0005) return '<0.1%';
  if (share < 1 && share >= 0.9995) return '>99.9%';
  return `${(share * 100).toFixed(1)}%`;
}

/** um/px, as manifests print it: "0.62 µm/px". */
export function formatSpacing(micronsPerPixel: number): string {
  return `${Number(micronsPerPixel.toFixed(3))} µm/px`;
}

/** The size of a slide's pixel: "0.2527 µm/px", or "0.25 × 0.5 µm/px" where they differ; null when not known. */
export function formatPixelSize({
  mppX,
  mppY,
}: {
  readonly mppX: number | null;
  readonly mppY: number | null;
}): string | null {
  if (mppX === null || mppY === null) return null;
  const [across, down] = [mppX, mppY].map((mpp) => String(Number(mpp.toPrecision(4))));
  return across === down ? `${across} µm/px` : `${across} × ${down} µm/px`;
}

/** um a screen pixel, which may be any number: three figures. */
export function formatScreenSpacing(micronsPerPixel: number): string {
  return `${micronsPerPixel.toPrecision(3)} µm/px`;
}

/** "16×", "2.5×", "0.63×": three figures at most. */
export function formatMagnification(magnification: number): string {
  return `${Number(magnification.toPrecision(magnification >= 100 ? 3 : 2 + Number(magnification >= 10)))}×`;
}

/** A length in um: "79 µm", "1.24 mm". */
export function formatLength(microns: number): string {
  const size = Math.abs(microns);
  const sign = microns < 0 ? '−' : '';
  if (size >= 1000) return `${sign}${(size / 1000).toFixed(2)} mm`;
  return `${sign}${size >= 10 ? Math.round(size) : Number(size.toPrecision(2))} µm`;
}

/** An area in mm2: "12.40 mm²". */
export function formatArea(mm2: number): string {
  if (mm2 > 0 && mm2 < 0.001) return '<0.001 mm²';
  return `${mm2.toFixed(mm2 < 1 ? 3 : 2)} mm²`;
}

/** A similarity or another number from -1 to 1: "0.82", "−0.07", with a real minus so that columns line up. */
export function formatSigned(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Cells a second: "4.2", "56". */
export function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : whole.format(perSecond);
}

/** Time left, rounded so coarsely that it seldom jumps back: "a few seconds", "25 s", "1 min 20 s", "1 h 5 min". */
export function formatTimeLeft(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 5) return 'a few seconds';
  if (seconds < 57.5) return `${Math.round(seconds / 5) * 5} s`;
  if (seconds < 595) {
    const rounded = Math.round(seconds / 10) * 10;
    const rest = rounded % 60;
    return `${Math.floor(rounded / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

/** A class name as a person writes it: "malignant_gland" is "Malignant gland". */
export function humanClassName(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A text in which classes are named as the interface names them. */
export function withHumanClassNames(text: string, classNames: readonly string[]): string {
  // A name of one word may as well be a word of the text.
  const known = new Set(classNames.filter((name) => name.includes('_')));
  return text.replace(/\w+/g, (word) => (known.has(word) ? humanClassName(word) : word));
}

/** How long something took: "840 ms", "1.2 s". */
export function formatMilliseconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** An amount of memory: "640 kB", "12 MB", "1.4 GB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
