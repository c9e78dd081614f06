// The installed app: without a network after one visit, through an update while a page is open, isolated on a host that
// sends no headers, a host allowed by name and taken back, and all that is stored deleted.

import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import type { Rect } from '../src/pyramid/geometry.ts';
import { writeServiceWorker } from '../tools/build/service-worker.ts';
import { createHandler } from '../tools/serve/handler.ts';
import { listenOnLoopback } from '../tools/serve/loopback.ts';
import { AppPage, type PlainResult } from './app-page.ts';
import { startTestServer } from './fixtures/servers.ts';

test.use({ serviceWorkers: 'allow' });

const root = fileURLToPath(new URL('..', import.meta.url));

/** The server of `npm start` over a dist/ that can be exchanged. */
async function startApp(distDir = join(root, 'dist')) {
  let handler = createHandler({ distDir, slidesDir: null, slideHosts: [] });
  const { port, close } = await listenOnLoopback((request, response) => handler(request, response), 0);
  return {
    url: `http://localhost:${port}/`,
    close,
    exchange(newer: string) {
      handler = createHandler({ distDir: newer, slidesDir: null, slideHosts: [] });
    },
  };
}

async function openAt(app: AppPage, url: string): Promise<void> {
  await app.page.goto(url);
  await app.page.waitForFunction(() => window.concentric !== undefined);
  await app.page.evaluate(() => window.concentric.ready);
}

/** Waits until the page says that it needs no network any more. */
async function untilKept(app: AppPage): Promise<void> {
  const { page } = app;
  await expect(async () => {
    await page.getByRole('button', { name: 'Privacy' }).click();
    const kept = page.getByRole('region', { name: 'Stored by this browser' });
    try {
      await expect(kept).toContainText('Works without a network.', { timeout: 1000 });
      await expect(kept).toContainText(/phantom slide: 4\d\d files/, { timeout: 1000 });
    } finally {
      await page.getByRole('button', { name: 'Close' }).click();
    }
  }).toPass({ timeout: 60_000 });
}

test('after one visit the app, the phantom and the models work without a server', async ({ page }) => {
  const server = await startApp();
  const app = new AppPage(page);
  await openAt(app, server.url);
  const online = await answersOfAll(app);
  await untilKept(app);
  await server.close();
  await openAt(app, `${server.url}?slide=phantom&model=phantom`);
  expect(await page.evaluate(() => window.concentric.slide()?.id)).toBe('phantom');
  expect(await answersOfAll(app)).toEqual(online);
  await app.setView({ x: 6000, y: 5000, magnification: 20 });
  await app.settle();
  expect(await page.getByText(/could not be read/).count()).toBe(0);
});

/** What each model says of one point, the phantom's own last. */
async function answersOfAll(app: AppPage): Promise<(readonly number[])[]> {
  const answers: (readonly number[])[] = [];
  for (const id of ['glas-colon', 'her2st-breast', 'phantom']) {
    expect((await app.loadModel(id)).id).toBe(id);
    answers.push((await app.classify({ x: 3000, y: 3000 })).probabilities);
  }
  return answers;
}

test('an update leaves an open page whole, and comes in with a reload', async ({ page }) => {
  const newer = await nextVersion();
  const server = await startApp();
  const app = new AppPage(page);
  await openAt(app, server.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  server.exchange(newer);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect(page.getByText('A newer version of Concentric is ready.')).toBeVisible();
  // A part that is loaded only now, and that the new server has not any more.
  await page.getByRole('button', { name: 'Help' }).click();
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.version)).toBeUndefined();
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => document.documentElement.dataset.version === 'next');
  await page.waitForFunction(() => window.concentric !== undefined);
  await page.evaluate(() => window.concentric.ready);
  await app.classify({ x: 3000, y: 3000 });
  await server.close();
  rmSync(newer, { recursive: true });
});

test('an update in the middle of a run: the run ends with its numbers, and one left for the new version goes on there', async ({
  page,
}) => {
  test.setTimeout(420_000);
  const region = { x: 2048, y: 2048, width: 2048, height: 1536 };
  const newer = await nextVersion();
  const server = await startApp();
  const app = new AppPage(page);
  await openAt(app, server.url);
  const quiet = await app.analyse({ region });
  await page.evaluate(() => navigator.serviceWorker.ready);

  const ended = await startHeld(page, region);
  server.exchange(newer);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect(page.getByText('A newer version of Concentric is ready.')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  expectSame(await ended(), quiet);
  // Models, whose files and workers are fetched anew, are those of the open page's version still.
  for (const id of ['glas-colon', 'phantom']) expect((await app.loadModel(id)).id).toBe(id);
  expectSame(await app.analyse({ region }), quiet);
  expect(await page.evaluate(() => document.documentElement.dataset.version)).toBeUndefined();

  await startHeld(page, region);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => document.documentElement.dataset.version === 'next');
  await page.waitForFunction(() => window.concentric !== undefined);
  await page.evaluate(() => window.concentric.ready);
  await page.getByRole('button', { name: 'Go on with it' }).click();
  await expect(page.getByText(/^Complete:/)).toBeVisible({ timeout: 180_000 });
  const result = await page.evaluate(() => {
    const found = window.concentric.results();
    if (found === null) throw new Error('There is no result.');
    return { state: found.state, status: [...found.status], probabilities: [...found.probabilities] };
  });
  expectSame(result, quiet);
  expect(app.consoleErrors).toEqual([]);
  await server.close();
  rmSync(newer, { recursive: true });
});

type Ended = Pick<PlainResult, 'state' | 'status' | 'probabilities'>;

/** Starts a run and holds it after its first cells; the handle is of what comes of it. */
async function startHeld(page: Page, region: Rect) {
  const ended = await page.evaluateHandle(async (wanted) => {
    const run = window.concentric.analyse({ region: wanted });
    const result = run.done.then(({ state, status, probabilities }) => {
      return { state, status: [...status], probabilities: [...probabilities] };
    });
    await new Promise<void>((resolve) => {
      let isHeld = false;
      run.onProgress(({ done }) => {
        if (done === 0 || isHeld) return;
        isHeld = true;
        run.pause();
        resolve();
      });
    });
    return { result };
  }, region);
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  return () => ended.evaluate(({ result }) => result);
}

/** Equal but for the rounding of sums that were added up in another order. */
function expectSame(result: Ended, quiet: Ended): void {
  expect(result).toMatchObject({ state: 'complete', status: quiet.status });
  const off = result.probabilities.map((value, n) => {
    const wanted = quiet.probabilities[n] ?? Number.NaN;
    return Number.isNaN(wanted) ? Number(!Number.isNaN(value)) : Math.abs(value - wanted);
  });
  expect(Math.max(...off)).toBeLessThan(2e-5);
}

/** dist/ as the next build could make it: another page, and parts of the app under other names. */
async function nextVersion(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'concentric-next-'));
  cpSync(join(root, 'dist'), folder, { recursive: true });
  const assets = join(folder, 'assets');
  for (const start of ['HelpDialog-', 'inference.worker-', 'encoder.worker-']) {
    const part = readdirSync(assets).find((name) => name.startsWith(start)) ?? '';
    const renamed = `${start}next0000.js`;
    renameSync(join(assets, part), join(assets, renamed));
    for (const name of readdirSync(assets).filter((name) => name.endsWith('.js'))) {
      const code = readFileSync(join(assets, name), 'utf8');
      writeFileSync(join(assets, name), code.replaceAll(part, renamed));
    }
  }
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), page.replace('<html lang="en">', '<html lang="en" data-version="next">'));
  await writeServiceWorker(folder);
  return folder;
}

test('on a host without headers, under a sub-path, the second visit is isolated', async ({ page }) => {
  const server = await startTestServer({ files: root, cors: false });
  const app = new AppPage(page);
  await openAt(app, `${server.url}/dist/index.html`);
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => window.crossOriginIsolated && window.concentric !== undefined);
  await page.evaluate(() => window.concentric.ready);
  await app.classify({ x: 3000, y: 3000 });
  expect(await app.refusalOf('openSlide', 'https://slides.example.org/a.dzi')).toMatchObject({
    code: 'host-not-allowed',
  });
  await server.close();
});

test('a host is allowed by name, keeps the view, and is taken back', async ({ page }) => {
  const foreign = await startTestServer({ files: join(root, 'public/slides/phantom'), address: '127.0.0.2' });
  const server = await startApp();
  const app = new AppPage(page);
  const link = `${foreign.url}/phantom.dzi`;
  await openAt(app, `${server.url}?slide=${link}&model=phantom&x=3000&y=2500&mag=10`);
  const dialog = page.getByRole('dialog', { name: 'Read from another host?' });
  await expect(dialog).toContainText(foreign.url);
  expect(foreign.requests).toEqual([]);
  await dialog.getByRole('button', { name: 'Allow and reload' }).click();
  await page.waitForFunction(() => window.concentric?.slide()?.name === 'phantom.dzi');
  await page.evaluate(() => window.concentric.ready);
  expect(await page.evaluate(() => window.concentric.view())).toMatchObject({ magnification: 10 });
  expect(new URL(page.url()).searchParams.get('slide')).toBe(link);
  await app.classify({ x: 3000, y: 2500 });
  expect(foreign.requests.length).toBeGreaterThan(3);

  await page.getByRole('button', { name: 'Privacy' }).click();
  await page.getByRole('button', { name: `Take back ${foreign.url}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(dialog).toBeVisible();
  const asked = foreign.requests.length;
  expect(await app.refusalOf('openSlide', link)).toMatchObject({ code: 'host-not-allowed' });
  expect(foreign.requests.length).toBe(asked);
  await Promise.all([server.close(), foreign.close()]);
});

test('one button deletes everything that is stored', async ({ page }) => {
  const server = await startApp();
  const app = new AppPage(page);
  await openAt(app, server.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const stored = () =>
    page.evaluate(async () => ({
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      databases: (await indexedDB.databases()).map(({ name }) => name),
      keys: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
    }));
  expect((await stored()).caches).not.toEqual([]);
  await page.getByRole('button', { name: 'Privacy' }).click();
  await page.getByRole('button', { name: 'Delete everything stored' }).click();
  await expect.poll(stored).toEqual({ caches: [], workers: 0, databases: [], keys: [] });
  await server.close();
});

test('what is stored is said with its size, never as 0 MB', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await page.getByRole('button', { name: 'Privacy' }).click();
  const stored = page.getByRole('region', { name: 'Stored by this browser' });
  await expect(stored).toContainText('Slides opened lately');
  await expect(stored).not.toContainText('concentric-');
  // How much it is depends on how far the service worker has come with keeping the app.
  await expect(stored).toContainText(/About [1-9][\d.]* (kB|MB|GB) in all/);
});
