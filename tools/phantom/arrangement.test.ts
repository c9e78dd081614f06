import { expect, test } from 'vitest';
import { cellularity } from './arrangement.ts';

const SITE = { x: 0, y: 0, code: 1, acrossX: 0.6, acrossY: 0.8 };
const EDGE_PX = 4096;
const STEP_PX = 16;

test('lamellae and whorls have the same share of cell-rich tissue', () => {
  const lamellar = meanOver('lamellar');
  const whorled = meanOver('whorled');
  expect(lamellar).toBeGreaterThan(0.42);
  expect(lamellar).toBeLessThan(0.58);
  expect(Math.abs(lamellar - whorled)).toBeLessThan(0.03);
});

test('lamellae repeat along one direction, whorls do not', () => {
  expect(alongBands('lamellar')).toBeGreaterThan(0.4);
  expect(Math.abs(alongBands('whorled'))).toBeLessThan(0.2);
});

function meanOver(arrangement: 'lamellar' | 'whorled'): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < EDGE_PX; y += STEP_PX) {
    for (let x = 0; x < EDGE_PX; x += STEP_PX, count++) sum += cellularity(4, SITE, arrangement, x, y);
  }
  return sum / count;
}

/** Correlation of points 240 px apart along the lamellae. */
function alongBands(arrangement: 'lamellar' | 'whorled'): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < EDGE_PX; y += 64) {
    for (let x = 0; x < EDGE_PX; x += 64, count++) {
      const here = 2 * cellularity(4, SITE, arrangement, x, y) - 1;
      sum += here * (2 * cellularity(4, SITE, arrangement, x - 240 * SITE.acrossY, y + 240 * SITE.acrossX) - 1);
    }
  }
  return sum / count;
}
