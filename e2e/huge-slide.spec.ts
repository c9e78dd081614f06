// A slide far larger than memory: a BigTIFF of 10 GB from disk opens, shows what lies behind 4 GB, and is panned over
// while the memory of the page stays where it was.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { residentMiB } from './fixtures/resident-memory.ts';
import { seeded } from './fixtures/seeded.ts';
import { TILE_PX, writeSparseTiff } from './fixtures/sparse-tiff.ts';

const SIDE_PX = 50_000;
const LAST = Math.floor(SIDE_PX / TILE_PX) - 1;
const FILLED = [
  { column: 0, row: 0, colour: [200, 10, 30] },
  { column: 50, row: 45, colour: [20, 160, 60] },
  { column: LAST, row: LAST, colour: [40, 50, 220] },
] as const;
const MIB = 1 << 20;
const TILE_MIB = (4 * TILE_PX * TILE_PX) / MIB;
/** What the tile store may keep. */
const BUDGET_MIB = 384;
/** Tiles that each position needs at least: the view is three tiles wide and one and a half high. */
const TILES_AT_ONCE = 6;
const POSITIONS = 66;
/** What waits to be collected differs by this from moment to moment. */
const NOISE_MIB = 96;

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

  const before = await app.stats();
  const random = seeded(5);
  const memoryMiB: number[] = [];
  for (let k = 0; k < POSITIONS; k++) {
    const { tilesDecoded } = await app.stats();
    const view = { x: random() * 0.9 * SIDE_PX + 2000, y: random() * 0.9 * SIDE_PX + 2000, magnification: 20 };
    await page.evaluate((to) => window.concentric.setView(to), view);
    await expect
      .poll(async () => (await app.stats()).tilesDecoded - tilesDecoded)
      .toBeGreaterThanOrEqual(TILES_AT_ONCE);
    memoryMiB.push(await residentMiB(browser));
  }
  const after = await app.stats();
  expect(after.tileBytes).toBeLessThanOrEqual(BUDGET_MIB * MIB);
  // The store was full by the last third: from then on nothing grows any more.
  expect((after.tilesDecoded - before.tilesDecoded) * TILE_MIB).toBeGreaterThan(1.2 * BUDGET_MIB);
  const third = POSITIONS / 3;
  const most = (from: number) => Math.round(Math.max(...memoryMiB.slice(from, from + third)));
  const thirds = [most(0), most(third), most(2 * third)] as const;
  test.info().annotations.push({ type: 'memory', description: `at most, by thirds: ${thirds.join(', ')} MiB` });
  expect(thirds[2] - thirds[1], `MiB at most, by thirds: ${thirds}`).toBeLessThan(NOISE_MIB);
  rmSync(folder, { recursive: true });
});
