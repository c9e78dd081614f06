// Graphics devices that go away in the middle of a run, for good, or compute wrongly: the run loses no cell and doubles
// none, goes on elsewhere and says so. On the software adapter; the faults are made in the worker that holds the device.

import { type Browser, expect, type Page, test, type Worker } from '@playwright/test';
import { AppPage, type PlainResult } from './app-page.ts';
import { inferenceWorker } from './fixtures/inference-worker.ts';

test.setTimeout(500_000);

/** Two shared blocks or so: faults must find work under way. */
const region = { x: 3000, y: 3000, width: 320, height: 256 };

/** Probabilities of one backend against another's. */
const tolerance = 0.002;

/** What the worker is made to keep, so that it can be broken. */
interface Faulty {
  devices: GPUDevice[];
  contexts: WebGL2RenderingContext[];
}

/** Opens the page, answers quietly with WASM, and keeps every device that is asked for from now on. */
async function openWatched(page: Page) {
  const app = new AppPage(page);
  await app.open();
  await app.loadModel('phantom', 'wasm');
  const quiet = await app.analyse({ region });
  const worker = await inferenceWorker(page);
  await worker.evaluate(() => {
    const scope = self as unknown as Faulty;
    scope.devices = [];
    scope.contexts = [];
    const getContext = OffscreenCanvas.prototype.getContext;
    OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...wanted: unknown[]) {
      const context: unknown = Reflect.apply(getContext, this, wanted);
      if (context instanceof WebGL2RenderingContext) scope.contexts.push(context);
      return context;
    } as typeof getContext;
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...wanted) {
      const device = await request.apply(this, wanted);
      scope.devices.push(device);
      return device;
    };
  });
  return { app, quiet, worker };
}

const destroyNewest = (worker: Worker) => worker.evaluate(() => (self as unknown as Faulty).devices.at(-1)?.destroy());
const devices = (worker: Worker) => worker.evaluate(() => (self as unknown as Faulty).devices.length);

const lostNotice = /The graphics device was lost/;

/** Starts a run in the page and resolves with what came of it, in plain arrays. */
function startRun(page: Page) {
  return page.evaluate(async (wanted) => {
    const run = window.concentric.analyse({ region: wanted });
    const seen: number[] = [];
    run.onProgress(({ done }) => seen.push(done));
    const result = await run.done;
    return {
      seen,
      total: run.progress.total,
      state: result.state,
      backend: result.provenance.backend,
      status: [...result.status],
      probabilities: [...result.probabilities],
    };
  }, region);
}

/** Every cell once, with the numbers of the quiet run. */
function expectWhole(result: Awaited<ReturnType<typeof startRun>>, quiet: PlainResult): void {
  expect(result.state).toBe('complete');
  expect(result.seen.at(-1)).toBe(result.total);
  expect(Math.max(...result.seen)).toBe(result.total);
  expect(result.status).toEqual(quiet.status);
  expect(largestDifference(result.probabilities, quiet.probabilities)).toBeLessThan(tolerance);
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(
    ...a.map((value, n) => (Number.isNaN(value) && Number.isNaN(b[n] ?? 0) ? 0 : Math.abs(value - (b[n] ?? 0)))),
  );
}

test('a device lost twice in a run: no cell is lost or doubled, the next backend takes over', async ({ page }) => {
  const { app, quiet, worker } = await openWatched(page);
  expect((await app.loadModel('phantom', 'webgpu')).backend).toBe('webgpu');
  const running = startRun(page);
  await page.waitForFunction(() => document.querySelector('progress') !== null);
  await destroyNewest(worker);
  await expect.poll(() => devices(worker), { timeout: 120_000 }).toBe(2);
  await destroyNewest(worker);
  const result = await running;
  expectWhole(result, quiet);
  expect(result.backend).toBe('wasm');
  expect((await app.stats()).devicesLost).toBe(2);
  await expect(page.getByText(lostNotice)).toHaveCount(1);
  expect(app.consoleErrors).toEqual([]);
});

/** In a browser of its own: one whose graphics process has ended a few times does without a GPU from then on. */
const testAlone = test.extend<{ alone: Browser }>({
  alone: async ({ playwright }, use, { project }) => {
    const browser = await playwright.chromium.launch(project.use.launchOptions);
    await use(browser);
    await browser.close();
  },
  page: async ({ alone, baseURL, viewport, serviceWorkers }, use) => {
    const context = await alone.newContext({ baseURL: baseURL ?? '', viewport, serviceWorkers });
    await use(await context.newPage());
  },
});

/** What a reset of the graphics driver does. */
async function endGraphicsProcess(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess');
  await session.detach();
}

testAlone(
  'the browser’s graphics process ends in a run: no cell is lost or doubled, and it is said once',
  async ({ page, alone }) => {
    const { app, quiet } = await openWatched(page);
    await app.loadModel('phantom', 'webgpu');
    const running = startRun(page);
    await page.waitForFunction(() => document.querySelector('progress') !== null);
    await endGraphicsProcess(alone);
    expectWhole(await running, quiet);
    expect((await app.stats()).devicesLost).toBeGreaterThan(0);
    await expect(page.getByText(lostNotice)).toHaveCount(1);
  },
);

for (const [name, drawer] of [
  ['drawn by our own drawer', ''],
  ['drawn by OpenSeadragon on a canvas', '&drawer=canvas'],
] as const) {
  testAlone(
    `the browser’s graphics process ends: everything stays on screen, untouched; ${name}`,
    async ({ page, alone }) => {
      const app = new AppPage(page);
      await app.open(`?slide=phantom&model=phantom&x=3100&y=3100&mag=10&layer=classes&opacity=0.5${drawer}`);
      await app.loadModel('phantom', 'wasm');
      await app.analyse({ region: { x: 2800, y: 2800, width: 640, height: 512 } });
      await app.slide.click({ position: { x: 500, y: 420 } });
      await expect(page.getByRole('region', { name: 'What the model was given' }).getByRole('img')).toHaveCount(3);
      await app.settle();
      const parts = [
        app.slide,
        page.getByRole('region', { name: 'What the model was given' }),
        page.getByRole('region', { name: 'Similarity across magnifications' }),
        page.locator('.overview-map'),
      ];
      const look = async () => {
        const pictures: Record<string, string> = {};
        for (const part of parts) pictures[String(part)] = (await part.screenshot()).toString('base64');
        return pictures;
      };
      const changed = async () => {
        const now = await look();
        return Object.keys(before).filter((part) => now[part] !== before[part]);
      };
      const before = await look();
      await page.evaluate(() => {
        for (const canvas of document.querySelectorAll('canvas'))
          canvas.addEventListener('contextrestored', () => canvas.setAttribute('data-lost', ''));
      });
      await endGraphicsProcess(alone);
      await expect(page.locator('canvas[data-lost]').first()).toBeAttached();
      await expect.poll(changed).toEqual([]);
      // What is drawn later is drawn too.
      await app.setView({ x: 6000, y: 5000, magnification: 10 });
      await app.settle();
      expect(await changed()).not.toEqual([]);
      await app.setView({ x: 3100, y: 3100, magnification: 10 });
      await expect.poll(changed).toEqual([]);
    },
  );
}

test('graphics memory that is full: what it may have spoilt is computed again', async ({ page }) => {
  const { app, quiet, worker } = await openWatched(page);
  await app.loadModel('phantom', 'webgpu');
  const running = startRun(page);
  await page.waitForFunction(() => document.querySelector('progress') !== null);
  await worker.evaluate(() => {
    const error = new GPUOutOfMemoryError('no room');
    const device = (self as unknown as Faulty).devices.at(-1);
    device?.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
    GPU.prototype.requestAdapter = () => Promise.resolve(null);
  });
  expectWhole(await running, quiet);
  expect((await app.stats()).devicesLost).toBe(1);
  await expect(page.getByText(lostNotice)).toHaveCount(1);
});

test('a WebGL context that is taken away in a run is made anew', async ({ page }) => {
  const { app, quiet, worker } = await openWatched(page);
  expect((await app.loadModel('phantom', 'webgl')).backend).toBe('webgl');
  const running = startRun(page);
  await page.waitForFunction(() => document.querySelector('progress') !== null);
  await worker.evaluate(() =>
    (self as unknown as Faulty).contexts.at(-1)?.getExtension('WEBGL_lose_context')?.loseContext(),
  );
  expectWhole(await running, quiet);
  expect((await app.stats()).devicesLost).toBe(1);
  await expect(page.getByText(lostNotice)).toHaveCount(1);
});

test('an adapter that is gone with its device: the click is answered elsewhere', async ({ page }) => {
  const { app, worker } = await openWatched(page);
  const quiet = await app.classify({ x: 3100, y: 3100 });
  await app.loadModel('phantom', 'webgpu');
  await worker.evaluate(() => {
    GPU.prototype.requestAdapter = () => Promise.resolve(null);
  });
  await destroyNewest(worker);
  const answer = await app.classify({ x: 3100, y: 3100 });
  expect(answer.backend).toBe('wasm');
  expect(largestDifference(answer.probabilities, quiet.probabilities)).toBeLessThan(tolerance);
  await expect(page.getByText(lostNotice)).toHaveCount(1);
});

test('a device that computes wrongly is caught by the golden outputs and not used', async ({ page }) => {
  const { app, worker } = await openWatched(page);
  await worker.evaluate(() => {
    const make = GPUDevice.prototype.createShaderModule;
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      return make.call(this, { ...descriptor, code: descriptor.code.replaceAll('max(', 'min(') });
    };
  });
  expect(
    await page.evaluate(() =>
      window.concentric.loadModel('phantom', { backend: 'webgpu' }).then(
        () => 'used',
        (error) => error.code,
      ),
    ),
  ).toMatch(/self-test-failed|backend-unavailable/);
  expect((await app.loadModel('phantom')).backend).toBe('wasm');
});
