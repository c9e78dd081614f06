// Colours as numbers: hex text, packed pixels, and mixing in OKLab, where equal steps look equal (Björn Ottosson,
// "A perceptual color space for image processing", 2020). Which colour means what is colour-map.ts.

/** sRGB, each 0..255 and whole. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** OKLab: lightness 0..1, then green-red and blue-yellow. */
interface Lab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** "#rgb" or "#rrggbb"; null for anything else. */
export function parseHex(text: string): Rgb | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (digits === undefined) return null;
  const long = digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join('');
  const value = Number.parseInt(long, 16);
  return { r: value >> 16, g: (value >> 8) & 255, b: value & 255 };
}

/** "#rrggbb". */
export function formatHex({ r, g, b }: Rgb): string {
  return `#${((r << 16) | (g << 8) | b).toString(16).padStart(6, '0')}`;
}

/** An opaque pixel as a 32-bit word of ImageData (bytes R, G, B, A; browsers are little-endian). */
export function packPixel({ r, g, b }: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** `count` colours evenly spaced along a path through `stops` (two or more), mixed in OKLab; ends exact. */
export function mixRamp(stops: readonly Rgb[], count: number): Rgb[] {
  const path = stops.map(toLab);
  const last = path.length - 1;
  return Array.from({ length: count }, (_, index) => {
    const at = (index / (count - 1)) * last;
    const segment = Math.min(Math.floor(at), last - 1);
    const from = path[segment];
    const to = path[segment + 1];
    if (from === undefined || to === undefined) throw new Error('A ramp needs two stops or more.');
    const t = at - segment;
    const mix = (key: keyof Lab) => from[key] + (to[key] - from[key]) * t;
    return fromLab({ l: mix('l'), a: mix('a'), b: mix('b') });
  });
}

/** OKLab lightness, 0 (black) to 1 (white). */
export function lightness(colour: Rgb): number {
  return toLab(colour).l;
}

/** The same hue at another OKLab lightness; `most` times as colourful as it was, or as much as sRGB allows. */
export function withLightness(colour: Rgb, l: number, most = 1): Rgb {
  const lab = toLab(colour);
  for (let chroma = most; chroma > 0; chroma -= 0.05) {
    const channels = toLinear({ l, a: lab.a * chroma, b: lab.b * chroma });
    if (channels.every((value) => value >= -1e-4 && value <= 1 + 1e-4)) {
      return fromLab({ l, a: lab.a * chroma, b: lab.b * chroma });
    }
  }
  return fromLab({ l, a: 0, b: 0 });
}

function toLab({ r, g, b }: Rgb): Lab {
  const [red, green, blue] = [decodeGamma(r), decodeGamma(g), decodeGamma(b)];
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return {
    l: 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    a: 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    b: 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  };
}

function toLinear({ l, a, b }: Lab): [number, number, number] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

function fromLab(lab: Lab): Rgb {
  const [r, g, b] = toLinear(lab);
  return { r: encodeGamma(r), g: encodeGamma(g), b: encodeGamma(b) };
}

function decodeGamma(value: number): number {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

function encodeGamma(linear: number): number {
  const v = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
}
