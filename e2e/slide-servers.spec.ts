// Slides from real servers: nginx, iipsrv and Orthanc, with the links that a user would paste. The same slide gives the
// same answers whatever carries it, and what servers do wrong is told in words.

import { readdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Point } from '../src/pyramid/geometry.ts';
import { AppPage } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { seeded } from './fixtures/seeded.ts';
import { hasServers, missingServers } from './servers/programs.ts';
import { type RealServers, startRealServers } from './servers/real-servers.ts';

test.skip(!hasData, missingData);
test.skip(!hasServers, missingServers);

let servers: RealServers;
test.beforeAll(async () => {
  servers = await startRealServers();
});
test.afterAll(() => servers?.stop());

const CMU = { width: 2220, height: 2967 };
const SECTION = { width: 9272, height: 9923 };
const cases = [
  { link: 'deepZoom', format: 'Deep Zoom', size: CMU, mpp: 0.499, levels: 13 },
  { link: 'szi', format: 'Deep Zoom in a zip (SZI)', size: CMU, mpp: 0.499, levels: 13 },
  { link: 'finestOnly', format: 'Tile description', size: CMU, mpp: 0.499, levels: 1 },
  { link: 'dicomSeries', format: 'DICOM (DICOMweb)', size: CMU, mpp: 0.499, levels: 12 },
  { link: 'dicomStudy', format: 'DICOM (DICOMweb)', size: CMU, mpp: 0.499, levels: 12 },
  { link: 'iiif3', format: 'IIIF Image 3', size: CMU, mpp: null, levels: 3 },
  { link: 'iiif', format: 'IIIF Image 2', size: SECTION, mpp: null, levels: 7 },
  { link: 'zoomify', format: 'Zoomify', size: SECTION, mpp: null, levels: 7 },
  { link: 'iipDeepZoom', format: 'Deep Zoom', size: SECTION, mpp: null, levels: 15 },
] as const;

test('every link opens with its size and scale, and shows the slide', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const pictures = new Map<string, Buffer>();
  for (const { link, format, size, mpp, levels } of cases) {
    await test.step(link, async () => {
      const info = await app.openSlide(servers.links[link]);
      expect(info).toMatchObject({
        ...size,
        format,
        mppSource: mpp === null ? null : link === 'finestOnly' ? 'manifest' : 'metadata',
      });
      expect(info.mpp).toEqual(mpp === null ? null : expect.closeTo(mpp, 6));
      expect(info.levels.length).toBe(levels);
      await app.settle();
      pictures.set(link, await app.slide.screenshot());
      await expect(page.getByText(/could not be read/)).toHaveCount(0);
    });
  }
  // The archive is the folder, byte by byte.
  expect(pictures.get('szi')?.equals(pictures.get('deepZoom') ?? Buffer.alloc(0))).toBe(true);
});

test.describe('the same slide gives the same answers whatever carries it', () => {
  test.setTimeout(300_000);
  const points = (size: { width: number; height: number }, count = 50) => {
    const random = seeded(11);
    return Array.from({ length: count }, () => ({ x: random() * size.width, y: random() * size.height }));
  };
  /** Of the same bytes by another way: as many points as tell. */
  const FEW = 10;

  async function answers(app: AppPage, at: readonly Point[]): Promise<number[][]> {
    return app.page.evaluate(async (all) => {
      const probabilities = [];
      for (const point of all) probabilities.push([...(await window.concentric.classify(point)).probabilities]);
      return probabilities;
    }, at);
  }

  /** Largest and mean difference of probabilities, and points whose class differs though one of them was sure of it. */
  function compare(ours: readonly number[][], expected: readonly number[][]) {
    const differences = ours.flatMap((point, k) => point.map((p, c) => Math.abs(p - (expected[k]?.[c] ?? Number.NaN))));
    const best = (point: readonly number[]) => point.indexOf(Math.max(...point));
    const flipped = expected.filter((point, k) => Math.max(...point) >= 0.8 && best(point) !== best(ours[k] ?? []));
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    return { max: Math.max(...differences), mean, flipped: flipped.length };
  }

  function expectClose(carrier: string, found: ReturnType<typeof compare>): void {
    test.info().annotations.push({ type: 'difference', description: `${carrier}: ${JSON.stringify(found)}` });
    expect(found.flipped, `${carrier}: ${JSON.stringify(found)}`).toBe(0);
    expect(found.mean, `${carrier}: ${JSON.stringify(found)}`).toBeLessThanOrEqual(0.02);
  }

  test('the skin section: SVS, lossless Deep Zoom, SZI by link and from disk, DICOM by link and from disk', async ({
    page,
  }) => {
    const app = new AppPage(page);
    await app.open();
    await app.loadModel('her2st-breast', 'wasm');
    await app.openSlide(servers.links.svs);
    const expected = await answers(app, points(CMU));
    // The same level and no other, losslessly: the same pixels, so the same answers.
    await app.openSlide(servers.links.finestOnly);
    const samePixels = compare(await answers(app, points(CMU)), expected);
    expect(samePixels.max, JSON.stringify(samePixels)).toBeLessThanOrEqual(0.005);
    // With levels that the scan has not, coarse fields are read from those.
    await app.openSlide(servers.links.deepZoom);
    const byFolder = await answers(app, points(CMU));
    expectClose('deepZoom', compare(byFolder, expected));
    await app.openSlide(servers.links.szi);
    expect(compare(await answers(app, points(CMU)), byFolder).max).toBe(0);

    await app.openSlide(servers.links.dicomSeries);
    const byWeb = await answers(app, points(CMU));
    expectClose('dicomSeries', compare(byWeb, expected));

    const folder = dataFile('slides/cmu1_dicom');
    await app.openFiles(readdirSync(folder).map((name) => `${folder}/${name}`));
    await expect.poll(() => page.evaluate(() => window.concentric.slide()?.format)).toBe('DICOM');
    expect(compare(await answers(app, points(CMU, FEW)), byWeb.slice(0, FEW)).max).toBe(0);
    await app.openFiles(`${servers.files}/cmu1.szi`);
    await expect.poll(() => page.evaluate(() => window.concentric.slide()?.name)).toBe('cmu1.szi');
    expect(compare(await answers(app, points(CMU, FEW)), byFolder.slice(0, FEW)).max).toBe(0);
  });

  test('the breast section: TIFF, and by IIIF, Zoomify and Deep Zoom from a server that packs it anew', async ({
    page,
  }) => {
    const app = new AppPage(page);
    await app.open();
    await app.loadModel('her2st-breast', 'wasm');
    const { mpp } = await app.openSlide(servers.links.section);
    const expected = await answers(app, points(SECTION));
    for (const link of ['iiif', 'zoomify', 'iipDeepZoom'] as const) {
      await app.openSlide(servers.links[link], mpp ?? undefined);
      expectClose(link, compare(await answers(app, points(SECTION)), expected));
    }
  });
});

test('a folder is opened by the picker and by drop, with its tiles', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const folder = `${servers.files}/pyramid`;
  const opened = () => page.evaluate(() => window.concentric.slide());
  await page.getByRole('button', { name: 'Open slide' }).click();
  await page.getByRole('dialog').getByLabel('Choose a folder…').setInputFiles(folder);
  await expect.poll(opened).toMatchObject({ id: 'pyramid', name: 'cmu1.dzi', format: 'Deep Zoom', ...CMU });
  await app.settle();
  const picked = await app.slide.screenshot();

  await page.evaluate(() => window.concentric.openSlide('phantom'));
  await app.drop([folder]);
  await expect.poll(opened).toMatchObject({ id: 'pyramid', name: 'cmu1.dzi', ...CMU });
  await page.mouse.move(5, 5);
  await app.settle();
  await expect(page.getByText(/could not be read/)).toHaveCount(0);
  expect(picked.length).toBeGreaterThan(50_000);
});

test('what servers do wrong', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const at = (variant: string, file: string) => `${servers.url}/${variant}/${file}`;
  expect(await app.refusalOf('openSlide', at('no-cors', 'cmu1.szi'))).toMatchObject({ code: 'cors' });
  expect(await app.refusalOf('openSlide', at('files', 'nothing.szi'))).toMatchObject({ code: 'not-found' });
  const noSeries = servers.links.dicomSeries.replace(/\d+$/, '1');
  expect(await app.refusalOf('openSlide', noSeries)).toMatchObject({ code: 'not-found' });
  expect(await app.refusalOf('openSlide', `${servers.url}/iip?IIIF=nothing.tif/info.json`)).toMatchObject({
    code: expect.stringMatching(/^(not-found|network|not-a-slide|damaged)$/),
  });
  expect(await page.evaluate(() => window.concentric.slide()?.id)).toBe('phantom');

  for (const variant of ['hidden-length', 'no-ranges', 'slow']) {
    expect(await app.openSlide(at(variant, 'cmu1.szi')), variant).toMatchObject(CMU);
  }
  await app.openSlide(at('failing', 'pyramid/cmu1.dzi'));
  await expect(page.getByText(/tiles? .*could not be read/)).toBeVisible();
});
