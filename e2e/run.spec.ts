// A run through the visible interface: it starts, shows progress, pauses, resumes, can be cancelled, keeps the page
// smooth; and closing the slide gives everything back.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { mainThreadTasksMs } from './fixtures/main-thread.ts';

test('a run is paused, resumed and cancelled, and keeps the page smooth', async ({ page, browser }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open();
  await browser.startTracing(page, { categories: ['toplevel'] });
  await page.getByRole('button', { name: 'Run analysis' }).click();
  const progress = page.getByRole('progressbar', { name: 'Run progress' });
  await expect(progress).toBeVisible();
  const done = async () => Number(await progress.getAttribute('value'));
  await expect.poll(done).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  const before = await done();
  await expect.poll(done).toBeGreaterThan(before);
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await expect(page.getByRole('button', { name: 'Run analysis' })).toBeEnabled();
  await expect.poll(() => page.evaluate(() => window.concentric.results()?.state)).toBe('cancelled');
  const tasks = mainThreadTasksMs(await browser.stopTracing());
  console.log(`longest main-thread task during the run: ${tasks[0]?.toFixed(1)} ms of processor time`);
  expect(tasks.length).toBeGreaterThan(100);
  expect(tasks[0]).toBeGreaterThan(1);
  expect(tasks.filter((ms) => ms > 50)).toEqual([]);
});

test('the tiles that a run reads are counted while it goes on', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open();
  await app.settle();
  const before = await app.stats();
  // All that is on screen has come: what is counted from here on is the run's.
  await page.evaluate(() => {
    const run = window.concentric.analyse();
    run.onProgress(({ done }) => {
      if (done > 0) run.pause();
    });
    run.done.catch(() => {});
  });
  await expect.poll(async () => (await app.stats()).tilesDecoded).toBeGreaterThan(before.tilesDecoded);
  await expect.poll(async () => (await app.stats()).tileBytes).toBeGreaterThan(before.tileBytes);
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
});

test('closing the slide gives back every tensor and bitmap', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open();
  const loaded = await app.stats();
  await app.classify({ x: 3000, y: 3000 });
  await app.analyse({ region: { x: 2048, y: 2048, width: 512, height: 512 } });
  await page.evaluate(() => window.concentric.closeSlide());
  await expect.poll(async () => (await app.stats()).openBitmaps).toBe(0);
  await expect.poll(async () => (await app.stats()).tensors).toBe(loaded.tensors);
  await expect.poll(async () => (await app.stats()).tileBytes).toBe(0);
  expect(await page.evaluate(() => window.concentric.results())).toBeNull();
});
