// Smooth random fields: value noise evaluated anywhere, and a periodic tile of it for cheap use at every pixel.
// Built on the integer hash and the four basic operations only, so it is the same on every machine.

import { hash, signed } from './random.ts';

/** Edge of a noise tile in px; a power of two so that wrapping is a mask. */
export const NOISE_TILE_PX = 1024;

/** Smooth step from 0 at `low` to 1 at `high`, flat outside. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** Value noise in [-1, 1] with lattice spacing 1. */
export function valueNoise(seed: number, x: number, y: number): number {
  return latticeNoise(seed, x, y, 0);
}

/**
 * One period of value noise with the lattice `cellPx` apart (a divisor of the tile), row-major, in [-1, 1].
 * Sample it at `((y & (NOISE_TILE_PX - 1)) * NOISE_TILE_PX) + (x & (NOISE_TILE_PX - 1))`.
 */
export function noiseTile(seed: number, cellPx: number): Float32Array {
  const values = new Float32Array(NOISE_TILE_PX * NOISE_TILE_PX);
  const period = NOISE_TILE_PX / cellPx;
  for (let y = 0; y < NOISE_TILE_PX; y++) {
    for (let x = 0; x < NOISE_TILE_PX; x++) {
      values[y * NOISE_TILE_PX + x] = latticeNoise(seed, x / cellPx, y / cellPx, period);
    }
  }
  return values;
}

function latticeNoise(seed: number, x: number, y: number, period: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const x1 = period > 0 ? (x0 + 1) % period : x0 + 1;
  const y1 = period > 0 ? (y0 + 1) % period : y0 + 1;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const top = signed(hash(seed, x0, y0)) * (1 - u) + signed(hash(seed, x1, y0)) * u;
  const bottom = signed(hash(seed, x0, y1)) * (1 - u) + signed(hash(seed, x1, y1)) * u;
  return top * (1 - v) + bottom * v;
}
