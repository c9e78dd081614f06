import { expect, test } from 'vitest';
import { chooseLayout, regionAt, tissueDepthPx } from './regions.ts';
import { DEFAULT_SEED, SLIDE_PX, TISSUE_CLASSES } from './specification.ts';

const STEP_PX = 64;

test.each([DEFAULT_SEED, 2, 3])('seed %i: every class covers a tenth, glass a fifth, the square is tissue', (seed) => {
  const layout = chooseLayout(seed, SLIDE_PX);
  const share = new Float64Array(TISSUE_CLASSES.length + 1);
  const square = new Float64Array(TISSUE_CLASSES.length + 1);
  const perEdge = SLIDE_PX / STEP_PX;
  for (let y = STEP_PX / 2; y < SLIDE_PX; y += STEP_PX) {
    for (let x = STEP_PX / 2; x < SLIDE_PX; x += STEP_PX) {
      const code = tissueDepthPx(seed, SLIDE_PX, x, y) > 0 ? regionAt(layout, x, y).site.code : 0;
      share[code] = (share[code] ?? 0) + 1 / (perEdge * perEdge);
      if (Math.min(x, y) < 2048 || Math.max(x, y) >= 4096) continue;
      square[code] = (square[code] ?? 0) + 16 / (perEdge * perEdge);
    }
  }
  const [glass = 0, ...classes] = share;
  expect(glass).toBeGreaterThan(0.15);
  expect(glass).toBeLessThan(0.25);
  expect(Math.min(...classes)).toBeGreaterThan(0.105);
  const [squareGlass = 1, ...squareClasses] = square;
  expect(squareGlass).toBeLessThan(0.1);
  expect(squareClasses.filter((s) => s > 0.1).length).toBeGreaterThanOrEqual(3);
});
