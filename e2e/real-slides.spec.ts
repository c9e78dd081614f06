// Real slides, by link and as local files: right size and scale, tiles on screen, and a breast section whose map has
// tumour and fat where a pathologist sees them. Pictures go to the system's temporary folder, never into the repository.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decode } from 'fast-png';
import { AppPage, type PlainResult } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';

test.skip(!hasData, missingData);

const slides = [
  { file: 'CMU-1-Small-Region.svs', width: 2220, height: 2967, mpp: 0.499 },
  { file: 'her2st-B4.tif', width: 9272, height: 9923, mpp: 0.69 },
  { file: 'TCGA-CR-7395-01A-01-TS1.svs', width: 4443, height: 3567, mpp: null },
];

for (const { file, width, height, mpp } of slides) {
  test(`${file} opens by link and from disk`, async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    const linked = await app.openSlide(`slides/local/${file}`);
    expect(linked).toMatchObject(
      mpp === null
        ? { width, height, mpp, mppSource: null }
        : { width, height, mpp: expect.closeTo(mpp, 3), mppSource: 'metadata' },
    );
    await app.settle();
    const byLink = await app.slide.screenshot();
    expect(greyLevels(byLink)).toBeGreaterThan(30);

    await app.openFiles(dataFile(`slides/${file}`));
    await expect.poll(() => page.evaluate(() => window.concentric.slide()?.id)).toBe(file);
    expect(await page.evaluate(() => window.concentric.slide())).toMatchObject({ width, height });
    await app.settle();
    expect((await app.slide.screenshot()).equals(byLink)).toBe(true);
  });
}

test('a DICOM folder of the list opens by link and from disk', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const size = { width: 2220, height: 2967, mpp: expect.closeTo(0.499, 3), mppSource: 'metadata' };
  expect(await app.openSlide('cmu1_dicom')).toMatchObject({ ...size, name: 'cmu1_dicom', format: 'DICOM' });
  await app.settle();
  const byLink = await app.slide.screenshot();
  expect(greyLevels(byLink)).toBeGreaterThan(30);

  const folder = dataFile('slides/cmu1_dicom');
  await app.openFiles(readdirSync(folder).map((name) => join(folder, name)));
  await expect.poll(() => page.evaluate(() => window.concentric.slide()?.id)).not.toBe('cmu1_dicom');
  expect(await page.evaluate(() => window.concentric.slide())).toMatchObject(size);
  await app.settle();
  expect((await app.slide.screenshot()).equals(byLink)).toBe(true);
});

test('skin is unlike what the colon model knows: its share, and a sentence, in the panel and in the report', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.open('?slide=slides/local/CMU-1-Small-Region.svs&model=glas-colon');
  await app.analyse({ step: 'full' });
  const share = await page.evaluate(() => {
    const result = window.concentric.results();
    const done = [...(result?.status.keys() ?? [])].filter((cell) => result?.status[cell] === 1);
    return done.filter((cell) => (result?.familiarity?.[cell] ?? 1) < 0.5).length / done.length;
  });
  expect(share).toBeGreaterThan(0.5);
  const texts = [/Most of this tissue is unlike/, `Unlike the training tissue${(share * 100).toFixed(1)}% of cells`];
  const tools = page.getByRole('complementary', { name: 'Tools' });
  for (const text of texts) await expect(tools).toContainText(text);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Report…' }).click();
  const report = page.getByRole('dialog', { name: 'Analysis report' });
  for (const text of texts) await expect(report).toContainText(text);
});

test('the breast section has tumour at the lower left and fat at the right', async ({ page }) => {
  test.setTimeout(600_000);
  const app = new AppPage(page);
  await app.open();
  await app.loadModel('her2st-breast', 'wasm');
  await app.openSlide('slides/local/her2st-B4.tif');
  const result = await app.analyse({ step: 'full' });
  expect(result.state).toBe('complete');
  await app.setLayer('classes');
  const png = await page.evaluate(async () => {
    const blob = await window.concentric.exportResults('png');
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  });
  const folder = join(tmpdir(), 'concentric-pictures');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'her2st-B4-classes.png'), Uint8Array.from(png));
  // Boxes inside the tumour and the fat as seen on the slide, level-0 px.
  expect(shareIn(result, { x: 1500, y: 6400, width: 1700, height: 2000 }, 'invasive_carcinoma')).toBeGreaterThan(0.8);
  expect(shareIn(result, { x: 6000, y: 5400, width: 1400, height: 1600 }, 'adipose_tissue')).toBeGreaterThan(0.8);
});

/** Share of the done cells with their centre in the box whose likeliest class is `className`. */
function shareIn(
  result: PlainResult,
  box: { x: number; y: number; width: number; height: number },
  className: string,
): number {
  let done = 0;
  let hits = 0;
  for (let index = 0; index < result.status.length; index++) {
    if (result.status[index] !== 1) continue;
    const x = result.region.x + ((index % result.columns) + 0.5) * result.cellSize;
    const y = result.region.y + (Math.floor(index / result.columns) + 0.5) * result.cellSize;
    if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height) continue;
    const from = index * result.classNames.length;
    const cell = result.probabilities.slice(from, from + result.classNames.length);
    done++;
    if (result.classNames[cell.indexOf(Math.max(...cell))] === className) hits++;
  }
  return done === 0 ? 0 : hits / done;
}

function greyLevels(png: Buffer): number {
  const { data, channels } = decode(png);
  const seen = new Set<number>();
  for (let index = 0; index < data.length; index += channels) seen.add(data[index] ?? 0);
  return seen.size;
}
