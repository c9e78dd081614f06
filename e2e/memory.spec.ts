// Memory: a run over thirty thousand cells of a slide of 100,000 px stays within its budget.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { drawnFiles, drawnSlide, regionOfIslands } from './fixtures/drawn-slide.ts';
import { residentMiB } from './fixtures/resident-memory.ts';
import { startTestServer } from './fixtures/servers.ts';

/** Of the page with its workers: the limit of `scale_peak_mib`. */
const PAGE_MIB = 1536;
/** Islands of ten thousand cells that the run covers. */
const COVERED = 3;

test('a long run over 100,000 px stays within its memory', async ({ page, browser }) => {
  test.skip(process.platform !== 'linux', 'The memory of a process is read from /proc.');
  const server = await startTestServer({ files: drawnFiles() });
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/drawn.json`);
  await app.loadModel(`${server.url}/tiny/`, 'wasm');
  const region = regionOfIslands(COVERED);
  let going = true;
  const running = page
    .evaluate(async (wanted) => {
      const { status, state } = await window.concentric.analyse({ region: wanted }).done;
      return { state, done: status.filter((one) => one === 1).length };
    }, region)
    .finally(() => {
      going = false;
    });
  let mostMiB = 0;
  while (going) {
    mostMiB = Math.max(mostMiB, await residentMiB(browser));
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 250)));
  }
  const { state, done } = await running;
  test.info().annotations.push({ type: 'memory', description: `at most ${Math.round(mostMiB)} MiB` });
  expect(state).toBe('complete');
  expect(done).toBeGreaterThan(0.98 * COVERED * drawnSlide.islandCells ** 2);
  expect(mostMiB).toBeLessThanOrEqual(PAGE_MIB);
  await server.close();
});
