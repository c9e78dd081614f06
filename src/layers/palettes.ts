// The colour maps a user can choose for values, as d3-scale-chromatic gives them. Each was made to be read without colour
// vision too: sequential ones by lightness alone, diverging ones by hues that nobody confuses. Only what offers the choice
// loads this file: it is not needed to draw.

import {
  interpolateCividis,
  interpolateGreys,
  interpolateMagma,
  interpolatePRGn,
  interpolatePuOr,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { formatHex, parseHex, type Rgb } from './colour.ts';
import type { ColourMap } from './layer-style.ts';

type Interpolator = (position: number) => string;

const STEPS = 256;

const sequential: Readonly<Record<string, Interpolator>> = {
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  magma: interpolateMagma,
  // From light grey, not from white: the lowest value must not look like bare glass.
  greys: (position) => interpolateGreys(0.1 + 0.9 * position),
};

const diverging: Readonly<Record<string, Interpolator>> = {
  // Turned round: the colour for "unlike" is the cold one, as in the layers' own map.
  purpleOrange: (position) => interpolatePuOr(1 - position),
  purpleGreen: interpolatePRGn,
};

/** For probabilities and uncertainty. */
export const sequentialMaps: readonly ColourMap[] = Object.entries(sequential).map(sample);

/** For values on both sides of 0. */
export const divergingMaps: readonly ColourMap[] = Object.entries(diverging).map(sample);

function sample([name, interpolate]: [string, Interpolator]): ColourMap {
  const colours = Array.from({ length: STEPS }, (_, index) => formatHex(parseCss(interpolate(index / (STEPS - 1)))));
  return { name, colours };
}

/** "#rrggbb" or "rgb(r, g, b)", the two that d3 writes. */
function parseCss(text: string): Rgb {
  const hex = parseHex(text);
  if (hex !== null) return hex;
  const [r, g, b] = (/^rgb\((\d+), (\d+), (\d+)\)$/.exec(text) ?? []).slice(1).map(Number);
  if (r === undefined || g === undefined || b === undefined) throw new Error(`${text} is not a colour.`);
  return { r, g, b };
}
