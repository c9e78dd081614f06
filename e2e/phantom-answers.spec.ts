// The main job on a slide whose truth is known: clicks and runs give the right classes on the WASM backend.

import { expect, test } from '@playwright/test';
import type { Point } from '../src/pyramid/geometry.ts';
import { AppPage } from './app-page.ts';
import { readPhantomTruth } from './fixtures/phantom-truth.ts';
import { pick, seeded } from './fixtures/seeded.ts';

const random = seeded(1);
const truth = readPhantomTruth('public/slides/phantom');

test('20 seeded points a class are classified right', async ({ page }) => {
  test.setTimeout(240_000);
  const app = new AppPage(page);
  await app.open();
  await app.loadModel('phantom', 'wasm');
  const table: Record<string, number> = {};
  for (const className of truth.classNames) {
    const points = pick(truth.pureSpots(className, 128), 20, random).map((spot, k) => offGrid(spot, k % 2 === 0));
    expect(points).toHaveLength(20);
    let right = 0;
    for (const point of points) {
      const { classNames, probabilities } = await app.classify(point);
      if (classNames[probabilities.indexOf(Math.max(...probabilities))] === className) right++;
    }
    table[className] = right / 20;
  }
  console.log('share right by class', table);
  for (const share of Object.values(table)) expect(share).toBeGreaterThanOrEqual(0.8);
  const mean = Object.values(table).reduce((sum, share) => sum + share, 0) / truth.classNames.length;
  expect(mean).toBeGreaterThanOrEqual(0.9);
});

/** Anywhere near the spot, on a pixel's corner or between: a model must not lean on the phase of the pixel grid. */
function offGrid({ x, y }: Point, wholePx: boolean): Point {
  const [dx, dy] = [16 * random() - 8, 16 * random() - 8];
  return wholePx ? { x: x + Math.round(dx), y: y + Math.round(dy) } : { x: x + dx, y: y + dy };
}

test('a run over the square [2048, 4096)² agrees with the mask', async ({ page }) => {
  test.setTimeout(240_000);
  const app = new AppPage(page);
  await app.open();
  await app.loadModel('phantom', 'wasm');
  const result = await app.analyse({ region: { x: 2048, y: 2048, width: 2048, height: 2048 } });
  expect(result.state).toBe('complete');
  const windowPx = 128;
  let counted = 0;
  let right = 0;
  for (let row = 0; row < result.rows; row++) {
    for (let column = 0; column < result.columns; column++) {
      const index = row * result.columns + column;
      if (result.status[index] !== 1) continue;
      const x = result.region.x + (column + 0.5) * result.cellSize - windowPx / 2;
      const y = result.region.y + (row + 0.5) * result.cellSize - windowPx / 2;
      const [name, share] = [...truth.shares({ x, y, width: windowPx, height: windowPx })].reduce((best, entry) =>
        entry[1] > best[1] ? entry : best,
      );
      if (share < 0.75 || !truth.classNames.includes(name)) continue;
      counted++;
      const from = index * result.classNames.length;
      const cell = result.probabilities.slice(from, from + result.classNames.length);
      if (result.classNames[cell.indexOf(Math.max(...cell))] === name) right++;
    }
  }
  console.log(`agreement with the mask: ${right} of ${counted} cells`);
  expect(counted).toBeGreaterThan(500);
  expect(right / counted).toBeGreaterThanOrEqual(0.9);
});
