// The fine truth: granular chromatin, painted so that it exists at 0.5 um/px and nowhere else.
// Clumps of 2 x 2 px, shifted by one pixel against the pyramid's own 2 x 2 blocks, are made darker or lighter by whole
// grey levels whose sum over each pyramid block is zero. The mean of a block, and so every coarser level, is
// therefore the same with and without the grain: it cannot be read at 1 um/px or coarser, only at 0.5.

import { hash } from './random.ts';

/** Grey levels per step of the grain for red, green and blue. */
const STEP = [7, 6, 5] as const;

/**
 * Adds the grain to one 2 x 2 block of the pyramid.
 * @param rgb row-major RGB of a picture `widthPx` wide.
 * @param offset index of the block's upper left red value.
 * @param x,y slide position of that pixel, both even.
 * @param strength [0, 1], the same for the four pixels.
 */
export function addGrain(
  rgb: Uint8Array,
  widthPx: number,
  offset: number,
  seed: number,
  x: number,
  y: number,
  strength: number,
): void {
  const a = clump(seed, x, y);
  const b = clump(seed, x + 2, y);
  const c = clump(seed, x, y + 2);
  const d = clump(seed, x + 2, y + 2);
  const sum = a + b + c + d;
  const below = offset + 3 * widthPx;
  for (let channel = 0; channel < 3; channel++) {
    const corners = [offset + channel, offset + channel + 3, below + channel, below + channel + 3] as const;
    const [p, q, r, s] = corners;
    let step = Math.floor((STEP[channel] as number) * strength + 0.5);
    // No value may be clipped, or the sum would no longer be zero: 4 * 1 - sum lies within +-6.
    for (const corner of corners) {
      const value = rgb[corner] as number;
      step = Math.min(step, Math.floor(Math.min(value, 255 - value) / 6));
    }
    rgb[p] = (rgb[p] as number) + step * (4 * a - sum);
    rgb[q] = (rgb[q] as number) + step * (4 * b - sum);
    rgb[r] = (rgb[r] as number) + step * (4 * c - sum);
    rgb[s] = (rgb[s] as number) + step * (4 * d - sum);
  }
}

/** -1, 0 or 1 for the clump that holds a pyramid block's corner. */
function clump(seed: number, x: number, y: number): number {
  return (hash(seed + 801, x, y) % 3) - 1;
}
