// Slides that are more than one file against independent readers (tools/reference/read_carrier.py): DICOM from files and by
// DICOMweb, Deep Zoom in a folder and in a zip, IIIF and Zoomify from a real server. Levels, scale and seeded regions.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { hasReference, missingReference, type Reference, runReference, startReader } from './fixtures/reader.ts';
import { hasServers, missingServers } from './servers/programs.ts';
import { type RealServers, startRealServers } from './servers/real-servers.ts';

test.skip(!hasReference, missingReference);

/** Of 0 to 255, between two decoders of JPEG. */
const LOSSY = { mean: 2, max: 12 };
const REGIONS = 50;

let reader: Awaited<ReturnType<typeof startReader>>;
test.beforeAll(async () => {
  reader = await startReader();
});
test.afterAll(() => reader?.server.close());

test.describe('from servers', () => {
  test.skip(!hasData, missingData);
  test.skip(!hasServers, missingServers);

  let servers: RealServers;
  test.beforeAll(async () => {
    servers = await startRealServers();
  });
  test.afterAll(() => servers?.stop());

  /** Where the other reader finds the slide, and how many levels it looks at (iipsrv has only those of the file). */
  const cases = [
    { link: 'dicomSeries', slide: () => dataFile('slides/cmu1_dicom'), levels: 12 },
    { link: 'deepZoom', slide: () => `${servers.files}/pyramid/cmu1.dzi`, levels: 13 },
    { link: 'szi', slide: () => `${servers.files}/cmu1.szi`, levels: 13 },
    { link: 'finestOnly', slide: () => servers.links.finestOnly, levels: 1 },
    { link: 'iiif3', slide: () => servers.links.iiif3, levels: 3 },
    { link: 'iiif', slide: () => servers.links.iiif, levels: 7 },
    { link: 'zoomify', slide: () => servers.links.zoomify, levels: 7 },
    { link: 'iipDeepZoom', slide: () => servers.links.iipDeepZoom, levels: 7 },
  ] as const;

  for (const { link, slide, levels } of cases) {
    test(link, async ({ page }) => {
      runReference('read_carrier.py', slide(), join(reader.folder, link), '--levels', String(levels));
      await reader.open(page);
      await expectSame(page, { kind: 'url', url: servers.links[link] }, link);
    });
  }
});

test('DICOM files', async ({ page }) => {
  test.skip(!hasData, missingData);
  await expectSameFiles(page, dataFile('slides/cmu1_dicom'), 'files');
});

test('each way in which DICOM slides are written', async ({ page }) => {
  test.setTimeout(240_000);
  const made = join(reader.folder, 'dicoms');
  runReference('make_dicoms.py', made);
  const ways = readdirSync(made);
  expect(ways.length).toBeGreaterThan(13);
  for (const way of ways) await test.step(way, () => expectSameFiles(page, join(made, way), way));
});

async function expectSameFiles(page: Page, folder: string, name: string): Promise<void> {
  runReference('read_carrier.py', folder, join(reader.folder, name));
  await reader.open(page);
  const names = readdirSync(folder);
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true });
    document.body.append(input);
  });
  await page.locator('input').setInputFiles(names.map((file) => join(folder, file)));
  await expectSame(page, 'input', name);
}

async function expectSame(page: Page, from: { kind: 'url'; url: string } | 'input', name: string): Promise<void> {
  const reference = JSON.parse(readFileSync(join(reader.folder, `${name}.json`), 'utf8')) as Reference;
  const pixels = `${reader.server.url}/${name}.bin`;
  const { description, associated, differences } = await page.evaluate(
    async ([wanted, regions, url]) => {
      const files = () => [...(document.querySelector('input')?.files ?? [])];
      const origin = wanted === 'input' ? ({ kind: 'files', files: files() } as const) : wanted;
      const described = await window.readerPage.describe(origin);
      return { ...described, differences: await window.readerPage.compare(origin, regions, url) };
    },
    [from, reference.regions, pixels] as const,
  );
  expect([...associated].sort()).toEqual([...reference.associated]);
  expect(description.levels).toMatchObject([...reference.levels]);
  expect(description.levels).toHaveLength(reference.levels.length);
  if (reference.mppX !== null) expect(description.mppX).toBeCloseTo(reference.mppX, 6);
  if (reference.mppY !== null) expect(description.mppY).toBeCloseTo(reference.mppY, 6);
  expect(differences).toHaveLength(REGIONS);
  const worst = {
    mean: Math.max(...differences.map(({ mean }) => mean)),
    max: Math.max(...differences.map(({ max }) => max)),
  };
  test.info().annotations.push({ type: 'difference', description: `${reference.reader}: ${JSON.stringify(worst)}` });
  const allowed = reference.lossless ? { mean: 0, max: 0 } : LOSSY;
  expect(differences.filter(({ mean, max }) => mean > allowed.mean || max > allowed.max)).toEqual([]);
}
