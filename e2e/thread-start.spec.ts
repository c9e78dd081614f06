// Threads of WebAssembly that never come, and a browser that hangs while it starts them: the model is there all the same,
// on one thread, with the same numbers, and the app says so once. The faults are put before the script of the very worker.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { beforeWorker } from './fixtures/worker-prelude.ts';

test.setTimeout(300_000);

/** The package's threads are workers without options; ours are module workers. */
const oneIsSilent = `{
  const Real = Worker;
  const silent = URL.createObjectURL(new Blob(['onmessage = () => {};'], { type: 'text/javascript' }));
  let threads = 0;
  globalThis.Worker = class extends Real {
    constructor(url, options) {
      if (options === undefined) super(threads++ === 3 ? silent : url);
      else super(url, options);
    }
  };
}`;
const firstNeverReturns = `{
  const Real = Worker;
  globalThis.Worker = class extends Real {
    constructor(url, options) {
      if (options === undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      super(url, options);
    }
  };
}`;
/** Every worker, those that encode the regions of a run among them. */
const anyNeverReturns = `{
  globalThis.Worker = class {
    constructor() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
  };
}`;

const at = { x: 3000, y: 3000 };
const region = { x: 3000, y: 3000, width: 256, height: 192 };

async function openWithFault(page: Page, fault: string): Promise<AppPage> {
  await beforeWorker(page, 'inference', fault);
  const app = new AppPage(page);
  await app.open();
  return app;
}

async function quietAnswers(page: Page) {
  const app = new AppPage(page);
  await app.open();
  await expect(page.getByRole('region', { name: 'Model' })).toContainText(/SIMD on \d+ threads\./);
  const answers = { point: await app.classify(at), run: await app.analyse({ region }) };
  await page.goto('about:blank');
  return answers;
}

const faults = { 'one thread never answers': oneIsSilent, 'the start of a thread never returns': firstNeverReturns };

for (const [name, fault] of Object.entries(faults)) {
  test(`${name}: the model answers on one thread`, async ({ page }) => {
    const quiet = await quietAnswers(page);
    const app = await openWithFault(page, fault);
    await expect(page.getByRole('region', { name: 'Model' })).toContainText(
      'SIMD on 1 thread, because the browser did not start the others.',
    );
    const { probabilities, backend } = await app.classify(at);
    expect(backend).toBe('wasm');
    for (const [index, value] of probabilities.entries())
      expect(value).toBeCloseTo(quiet.point.probabilities[index] ?? Number.NaN, 5);
    const run = await app.analyse({ region });
    expect(run.status).toEqual(quiet.run.status);
    expect(app.consoleErrors).toEqual([]);
  });
}

test('no worker at all can start another: a run goes on without, and the notice is told once', async ({ page }) => {
  const quiet = await quietAnswers(page);
  const app = await openWithFault(page, anyNeverReturns);
  const run = await app.analyse({ region });
  expect(run.status).toEqual(quiet.run.status);
  for (const [index, value] of run.probabilities.entries())
    if (quiet.run.status[index] === 1) expect(value).toBeCloseTo(quiet.run.probabilities[index] ?? Number.NaN, 4);
  await expect(page.getByRole('status', { name: 'Messages' }).getByText('It goes on with one thread')).toHaveCount(1);
  expect(app.consoleErrors).toEqual([]);
});
