// A slide far larger than memory: a BigTIFF of 10 GB from disk opens, shows what lies behind 4 GB, and is panned over
// while the memory of the page stays where it was.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { seeded } from './fixtures/seeded.ts';
import { writeSparseTiff } from './fixtures/sparse-tiff.ts';

const SIDE_PX = 50_000;
const TILE_PX = 256;
const LAST = Math.floor(SIDE_PX / TILE_PX) - 1;
const FILLED = [
  { column: 0, row: 0, colour: [200, 10, 30] },
  { column: 100, row: 90, colour: [20, 160, 60] },
  { column: LAST, row: LAST, colour: [40, 50, 220] },
] as const;
const POSITIONS = 80;
const MIB = 1 << 20;
/** What the tile store may keep, and once more for the pictures on the screen and what waits to be collected. */
const MEMORY_MIB = 2 * 384;

test('a BigTIFF of 10 GB opens and pans with memory flat', async ({ page, browser }) => {
  test.skip(process.platform !== 'linux', 'The memory of a process is read from /proc.');
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'concentric-huge-'));
  const path = join(folder, 'huge.tif');
  expect(writeSparseTiff(path, SIDE_PX, FILLED)).toBeGreaterThan(10e9);
  const app = new AppPage(page);
  await app.open();
  await app.openSlide('phantom');
  await app.openFiles(path);
  await expect.poll(() => page.evaluate(() => window.concentric.slide()?.id)).toBe('huge.tif');
  expect(await page.evaluate(() => window.concentric.slide())).toMatchObject({
    width: SIDE_PX,
    height: SIDE_PX,
    mpp: 0.5,
  });
  for (const { column, row, colour } of FILLED) {
    const centre = { x: (column + 0.5) * TILE_PX, y: (row + 0.5) * TILE_PX };
    const seen = await page.evaluate(async (at) => {
      const [crop] = await window.concentric.readCrops(at);
      const middle =
        crop === undefined ? 0 : 4 * (Math.floor(crop.height / 2) * crop.width + Math.floor(crop.width / 2));
      return [...(crop?.data.subarray(middle, middle + 3) ?? [])];
    }, centre);
    expect(seen).toEqual(colour);
  }

  const cdp = await browser.newBrowserCDPSession();
  const residentMiB = async () => {
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return renderers.reduce((sum, { id }) => {
      return sum + Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    }, 0);
  };
  const before = await app.stats();
  const memoryBefore = await residentMiB();
  const random = seeded(5);
  let most = 0;
  for (let k = 0; k < POSITIONS; k++) {
    const { tilesDecoded } = await app.stats();
    const view = { x: random() * 0.9 * SIDE_PX + 2000, y: random() * 0.9 * SIDE_PX + 2000, magnification: 20 };
    await page.evaluate((to) => window.concentric.setView(to), view);
    await expect.poll(async () => (await app.stats()).tilesDecoded - tilesDecoded).toBeGreaterThanOrEqual(12);
    most = Math.max(most, await residentMiB());
  }
  const after = await app.stats();
  expect(after.bytesFetched - before.bytesFetched).toBeGreaterThan(300 * MIB);
  expect(after.tileBytes).toBeLessThanOrEqual(384 * MIB);
  test.info().annotations.push({
    type: 'memory',
    description: `${Math.round(memoryBefore)} MiB before, ${Math.round(most)} MiB at most, ${Math.round((after.bytesFetched - before.bytesFetched) / MIB)} MiB read`,
  });
  expect(most - memoryBefore).toBeLessThan(MEMORY_MIB);
  rmSync(folder, { recursive: true });
});
