// Memory: a run over thirty thousand cells of a slide of 100,000 px stays within its budget, of tiles and of the page.

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { drawnFiles, drawnSlide, islands } from './fixtures/drawn-slide.ts';
import { startTestServer } from './fixtures/servers.ts';

const MIB = 2 ** 20;
/** What the tile store may keep. */
const TILES_MIB = 384;
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
  const seen: { readonly page: number; readonly tiles: number }[] = [];
  while (going) {
    const tiles = (await app.stats()).tileBytes / MIB;
    seen.push({ page: await residentMiB(), tiles });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 250)));
  }
  const { state, done } = await running;
  const most = { page: Math.max(...seen.map((one) => one.page)), tiles: Math.max(...seen.map(({ tiles }) => tiles)) };
  test.info().annotations.push({ type: 'memory', description: `MiB at most: ${JSON.stringify(most)}` });
  expect(state).toBe('complete');
  expect(done).toBeGreaterThan(0.98 * COVERED * drawnSlide.islandCells ** 2);
  expect(most.tiles).toBeLessThanOrEqual(TILES_MIB);
  expect(most.page).toBeLessThanOrEqual(PAGE_MIB);
  await server.close();
});
