import { expect, test } from 'vitest';
import { NOISE_TILE_PX, noiseTile, valueNoise } from './noise.ts';

test('value noise is smooth, bounded and different for another seed', () => {
  let steepest = 0;
  for (let i = 0; i < 2000; i++) {
    const x = i * 0.013 - 9;
    const value = valueNoise(5, x, 2.4);
    expect(Math.abs(value)).toBeLessThanOrEqual(1);
    steepest = Math.max(steepest, Math.abs(valueNoise(5, x + 0.001, 2.4) - value));
  }
  // A cubic step between -1 and 1 rises by at most 3 per unit.
  expect(steepest).toBeLessThan(0.0031);
  expect(valueNoise(5, 0.3, 0.3)).not.toBe(valueNoise(6, 0.3, 0.3));
});

test('a noise tile joins itself without a seam', () => {
  const tile = noiseTile(3, 16);
  const last = NOISE_TILE_PX - 1;
  for (let y = 0; y < NOISE_TILE_PX; y += 37) {
    const row = y * NOISE_TILE_PX;
    expect(Math.abs((tile[row] ?? 9) - (tile[row + last] ?? -9))).toBeLessThan(3.1 / 16);
  }
});
