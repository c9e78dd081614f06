// The WebGPU backend, on a software adapter: the same answers as WASM. Few points, since it is slow without a GPU.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { readPhantomTruth } from './fixtures/phantom-truth.ts';
import { pick, seeded } from './fixtures/seeded.ts';

const tolerance = 0.002;

test('WebGPU answers as WASM does', async ({ page }) => {
  test.setTimeout(400_000);
  const app = new AppPage(page);
  await app.open();
  const truth = readPhantomTruth('public/slides/phantom');
  const random = seeded(3);
  const points = pick(truth.classNames, 4, random).flatMap((name) => pick(truth.pureSpots(name, 128), 1, random));
  expect(points).toHaveLength(4);
  const region = { x: 3000, y: 3000, width: 256, height: 256 };

  const answers = async (backend: 'webgpu' | 'wasm') => {
    const info = await app.loadModel('phantom', backend);
    expect(info.backend).toBe(backend);
    expect(info.selfTest.maxAbsDiff).toBeLessThanOrEqual(info.selfTest.tolerance);
    const clicks: number[] = [];
    for (const point of points) clicks.push(...(await app.classify(point)).probabilities);
    const run = await app.analyse({ region });
    return { clicks, cells: run.probabilities };
  };
  const gpu = await answers('webgpu');
  const cpu = await answers('wasm');
  expect(largestDifference(gpu.clicks, cpu.clicks)).toBeLessThanOrEqual(tolerance);
  expect(largestDifference(gpu.cells, cpu.cells)).toBeLessThanOrEqual(tolerance);
});

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  // NaN (no tissue) must be NaN in both.
  return Math.max(
    ...a.map((value, index) => {
      const other = b[index] ?? Number.NaN;
      return Number.isNaN(value) && Number.isNaN(other) ? 0 : Math.abs(value - other);
    }),
  );
}
