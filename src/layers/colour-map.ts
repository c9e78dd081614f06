// Which colour stands for which value. Values are encoded by colour, never by alpha, and a scale is a table: the pixel
// painted for a value and the swatch in the legend are the same entry. Ranges are fixed unless the user has them fitted
// (value-range.ts): a colour keeps its meaning while a run goes on and from slide to slide.

import { formatHex, lightness, mixRamp, packPixel, parseHex, type Rgb, withLightness } from './colour.ts';

/** A scale of `colours.length` equal steps from `min` to `max`; values beyond it take the end's colour. */
export interface ColourScale {
  readonly min: number;
  readonly max: number;
  readonly colours: readonly Rgb[];
  /** The same colours as pixels (colour.ts, packPixel). */
  readonly pixels: Uint32Array;
  /** True where values may lie beyond the ends. */
  readonly clamps: boolean;
}

const STEPS = 256;

/** Told apart with any colour vision: the palette of Okabe and Ito (2008), without black. */
export const distinctColours: readonly string[] = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#f0e442',
  '#999999',
];

/** Cells whose tiles could not be had: a hatch of these two. */
export const unreadColours: { readonly line: Rgb; readonly ground: Rgb } = {
  line: { r: 96, g: 96, b: 96 },
  ground: { r: 200, g: 200, b: 200 },
};

/** One colour a class: the model's own where it gives a usable and new one, else one of a palette safe for any colour vision. */
export function classColours(count: number, given: readonly string[]): Rgb[] {
  const own = Array.from({ length: count }, (_, index) => parseHex(given[index] ?? ''));
  const used = new Set<string>();
  const first = own.map((colour) => {
    const hex = colour === null ? null : formatHex(colour);
    if (hex === null || used.has(hex)) return null;
    used.add(hex);
    return colour;
  });
  const spare = spareColours(used);
  return first.map((colour) => colour ?? spare());
}

function spareColours(used: ReadonlySet<string>): () => Rgb {
  const free = distinctColours.filter((hex) => !used.has(hex));
  let next = 0;
  return () => {
    const base = parseHex(free[next % Math.max(1, free.length)] ?? '') ?? { r: 0, g: 114, b: 178 };
    // Round after round of the palette gets darker.
    const round = Math.floor(next++ / Math.max(1, free.length));
    return round === 0 ? base : withLightness(base, Math.max(0.2, lightness(base) - 0.18 * round));
  };
}

/** 0..1, from a near-white tint to the class's hue; the end is dark enough to stand out from the start. */
export function probabilityScale(colour: Rgb): ColourScale {
  const end = withLightness(colour, Math.min(0.5, lightness(colour)));
  return scale(0, 1, [withLightness(colour, 0.97, 0.1), withLightness(colour, 0.75, 0.6), end]);
}

/** 0..1, dark (certain) to bright (undecided), in the manner of viridis: lightness rises evenly, hue tells the rest. */
export const entropyScale: ColourScale = scale(0, 1, ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'].map(hex));

/**
 * 0..1, bright (unlike the training tissue) to dark (like it), in the manner of cividis: as in the map of uncertainty, what
 * is bright is in doubt.
 */
export const familiarityScale: ColourScale = scale(
  0,
  1,
  ['#ffea46', '#bcaf6f', '#7c7b78', '#414d6b', '#00204d'].map(hex),
);

const diverging = ['#053061', '#4393c3', '#f7f7f7', '#e08214', '#7f3b08'].map(hex);

/** -1..1, blue (unlike) over white to brown (alike): told apart with any colour vision. */
export const similarityScale: ColourScale = scale(-1, 1, diverging);

/** -0.5..0.5; contrasts beyond it are rare and take the end's colour. */
export const contrastScale: ColourScale = { ...scale(-0.5, 0.5, diverging), clamps: true };

/** The same range in other colours, "#rrggbb"; null keeps the scale's own. */
export function withColours(scale: ColourScale, given: readonly string[] | null): ColourScale {
  if (given === null) return scale;
  const colours = given.map(hex);
  return { ...scale, colours, pixels: Uint32Array.from(colours, packPixel) };
}

/** The pixel of a value; 0 (nothing) for NaN. */
export function pixelOf({ min, max, pixels }: ColourScale, value: number): number {
  if (Number.isNaN(value)) return 0;
  const step = Math.floor(((value - min) / (max - min)) * pixels.length);
  return pixels[Math.min(pixels.length - 1, Math.max(0, step))] ?? 0;
}

function scale(min: number, max: number, stops: readonly Rgb[]): ColourScale {
  const colours = mixRamp(stops, STEPS);
  return { min, max, colours, pixels: Uint32Array.from(colours, packPixel), clamps: false };
}

function hex(text: string): Rgb {
  const colour = parseHex(text);
  if (colour === null) throw new Error(`${text} is not a colour.`);
  return colour;
}
