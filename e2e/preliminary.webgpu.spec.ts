// A run on a graphics device goes from coarse to fine, as it does on the processor: a preliminary map of the coarsest
// magnification over all the tissue, then the cells, with the numbers of WASM. On software adapters.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { inferenceWorker } from './fixtures/inference-worker.ts';

test.setTimeout(400_000);

const region = { x: 3000, y: 3000, width: 320, height: 256 };
const tolerance = 0.002;

/** How many of the cells were there, done and preliminary, each time something came, and all numbers of the end. */
function watchedRun(page: Page) {
  return page.evaluate(async (wanted) => {
    const run = window.concentric.analyse({ region: wanted });
    const seen: { done: number; mapped: number }[] = [];
    run.onProgress(({ done, mapped }) => seen.push({ done, mapped }));
    const { status, probabilities, entropy, similarity, provenance } = await run.done;
    return {
      seen,
      total: run.progress.total,
      mode: provenance.mode,
      status: [...status],
      numbers: [
        ...probabilities,
        ...entropy,
        ...similarity.flatMap(({ aligned, contrast }) => [...aligned, ...contrast]),
      ],
    };
  }, region);
}

/** Counts in the worker that holds the model how many programs are made for WebGPU. */
async function countPipelines(page: Page): Promise<() => Promise<number>> {
  const worker = await inferenceWorker(page);
  await worker.evaluate(() => {
    const scope = self as unknown as { pipelines: number };
    scope.pipelines = 0;
    const make = GPUDevice.prototype.createComputePipeline;
    GPUDevice.prototype.createComputePipeline = function (descriptor) {
      scope.pipelines++;
      return make.call(this, descriptor);
    };
  });
  return () => worker.evaluate(() => (self as unknown as { pipelines: number }).pipelines);
}

for (const backend of ['webgpu', 'webgl'] as const) {
  test(`${backend}: the whole region has a preliminary class before its first cell is done`, async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    await app.loadModel('phantom', 'wasm');
    const quiet = await watchedRun(page);
    const pipelines = await countPipelines(page);
    expect((await app.loadModel('phantom', backend)).backend).toBe(backend);
    const atLoad = await pipelines();
    const before = await app.stats();
    const run = await watchedRun(page);
    expect(run.mode).toBe('shared');
    const { seen, total } = run;
    expect(total).toBeGreaterThan(15);
    const [first] = seen.filter(({ mapped }) => mapped === total);
    expect(first).toEqual({ done: 0, mapped: total });
    expect(seen.at(-1)).toEqual({ done: total, mapped: total });
    expect(run.status).toEqual(quiet.status);
    const away = run.numbers.map((value, n) => {
      const other = quiet.numbers[n] ?? 0;
      return Number.isNaN(value) && Number.isNaN(other) ? 0 : Math.abs(value - other);
    });
    expect(away).toHaveLength(quiet.numbers.length);
    expect(Math.max(...away)).toBeLessThanOrEqual(tolerance);
    expect((await app.stats()).tensors).toBe(before.tensors);
    // What a run needs is compiled while the model is loaded.
    if (backend === 'webgpu') expect([atLoad > 0, await pipelines()]).toEqual([true, atLoad]);
    expect(app.consoleErrors).toEqual([]);
  });
}
