// Memory: a run over thirty thousand cells of a slide of 100,000 px stays within its budget.

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { drawnFiles, drawnSlide, islands } from './fixtures/drawn-slide.ts';
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
  const cdp = await browser.newBrowserCDPSession();
  const residentMiB = async () => {
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return renderers.reduce((sum, { id }) => {
      return sum + Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    }, 0);
  };
  const covered = islands.slice(0, COVERED);
  const region = {
    x: 0,
    y: 0,
    width: Math.max(...covered.map(({ x, width }) => x + width)),
    height: Math.max(...covered.map(({ y, height }) => y + height)),
  };
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
    mostMiB = Math.max(mostMiB, await residentMiB());
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 250)));
  }
  const { state, done } = await running;
  test.info().annotations.push({ type: 'memory', description: `at most ${Math.round(mostMiB)} MiB` });
  expect(state).toBe('complete');
  expect(done).toBeGreaterThan(0.98 * COVERED * drawnSlide.islandCells ** 2);
  expect(mostMiB).toBeLessThanOrEqual(PAGE_MIB);
  await server.close();
});
