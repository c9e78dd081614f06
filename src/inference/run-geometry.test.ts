import { expect, test } from 'vitest';
import { cellGrid } from '../pyramid/cell-grid.ts';
import { type RunGeometry, sharedBlockCells, sharedSteps } from './run-geometry.ts';

const mpp = 0.499;
/** P 128, stride 16, 32 px of context, 20x 10x 5x on a slide of odd pixel size. */
const geometry: RunGeometry = {
  grid: cellGrid({ width: 9000, height: 7000 }, (128 * 0.62) / (2 * mpp)),
  mppX: mpp,
  mppY: mpp,
  spacings: [0.62, 1.24, 2.48],
  patchSizePx: 128,
  contextPx: 32,
  featureStridePx: 16,
  padding: 'reflect',
};
const steps = sharedSteps(geometry, 64) ?? [];

test('neighbours lie 4, 2 and 1 feature cells apart at step half, 8, 4 and 2 at step full', () => {
  expect(steps).toEqual([4, 2, 1]);
  expect(sharedSteps(geometry, 128)).toEqual([8, 4, 2]);
});

test('where a window would begin between feature cells nothing is shared', () => {
  expect(sharedSteps({ ...geometry, spacings: [0.5, 1.5] }, 64)).toBeNull();
  expect(sharedSteps({ ...geometry, spacings: [0.5, 4] }, 64)).toBeNull();
  expect(sharedSteps({ ...geometry, spacings: [0.5, 4] }, 128)).toEqual([8, 1]);
});

test('regions stay within the raster that memory allows, and within half a pixel of drift', () => {
  expect(sharedBlockCells(geometry, steps, 16, 4096)).toBe(16);
  expect(sharedBlockCells(geometry, steps, 16, 1088)).toBe(16);
  expect(sharedBlockCells(geometry, steps, 16, 1087)).toBe(15);
  expect(sharedBlockCells(geometry, steps, 16, 100)).toBe(1);
  // Pixels 0.2 % wider than high: 64 px a step drift by 0.064 px.
  expect(sharedBlockCells({ ...geometry, mppX: 0.5005, mppY: 0.4995 }, steps, 16, 4096)).toBe(8);
});
