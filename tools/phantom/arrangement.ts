// The coarse truth: how cell-rich and cell-poor tissue alternate, in parallel lamellae or in concentric whorls.
// Both have the same period, the same share of cells and the same uneven edges, so that a field much smaller than the
// period shows a bit of edge either way; only a field of two periods shows what the edges do together.

import { smoothstep, valueNoise } from './noise.ts';
import { hash, signed, unit } from './random.ts';
import type { Site } from './regions.ts';
import { type Arrangement, MICRONS_PER_PIXEL } from './specification.ts';

/** Distance from one cell-rich band to the next. */
export const BAND_PERIOD_PX = 80 / MICRONS_PER_PIXEL;
const WHORL_PITCH_PX = 200 / MICRONS_PER_PIXEL;

/** Share of cell-rich tissue in [0, 1] at a level-0 point, for a region of a given arrangement. */
export function cellularity(seed: number, site: Site, arrangement: Arrangement, x: number, y: number): number {
  const wx = x + 60 * wobble(seed, 1, x, y, 800) + 14 * wobble(seed, 2, x, y, 160) + 7 * wobble(seed, 3, x, y, 60);
  const wy = y + 60 * wobble(seed, 4, x, y, 800) + 14 * wobble(seed, 5, x, y, 160) + 7 * wobble(seed, 6, x, y, 60);
  const distancePx = arrangement === 'lamellar' ? wx * site.acrossX + wy * site.acrossY : whorlDistancePx(seed, wx, wy);
  const turns = distancePx / BAND_PERIOD_PX;
  const triangle = Math.abs(2 * (turns - Math.floor(turns)) - 1);
  // Bands swell, thin out and break off here and there.
  const uneven = 0.16 * wobble(seed, 7, x, y, 210) + 0.1 * wobble(seed, 8, x, y, 75) + 0.06 * wobble(seed, 9, x, y, 26);
  return smoothstep(0.4, 0.62, triangle + uneven);
}

/**
 * Distance to the nearest whorl centre, each centre with an offset of its own within a period: the additively weighted
 * Voronoi diagram, continuous where whorls meet.
 */
function whorlDistancePx(seed: number, x: number, y: number): number {
  const column = Math.floor(x / WHORL_PITCH_PX);
  const row = Math.floor(y / WHORL_PITCH_PX);
  let least = Number.POSITIVE_INFINITY;
  for (let j = row - 2; j <= row + 2; j++) {
    for (let i = column - 2; i <= column + 2; i++) {
      const centreX = (i + 0.5 + 0.28 * signed(hash(seed, i, j * 4 + 1))) * WHORL_PITCH_PX;
      const centreY = (j + 0.5 + 0.28 * signed(hash(seed, i, j * 4 + 2))) * WHORL_PITCH_PX;
      const offset = BAND_PERIOD_PX * unit(hash(seed, i, j * 4 + 3));
      const distance = Math.sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) + offset;
      if (distance < least) least = distance;
    }
  }
  return least;
}

function wobble(seed: number, channel: number, x: number, y: number, wavelengthPx: number): number {
  return valueNoise(hash(seed, channel, 3), x / wavelengthPx, y / wavelengthPx);
}
