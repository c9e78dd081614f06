// Slides against independent readers: size, levels, scale, and pixels of seeded regions, for the real slides and for a
// small one of each way in which TIFFs are written. Lossless pixels are the same; a JPEG decoder may differ by a little.

import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import {
  hasReference,
  missingReference,
  type Reference,
  readReferences,
  runReference,
  startReader,
} from './fixtures/reader.ts';

/** Of 0 to 255, between two decoders of JPEG, JPEG 2000 or WebP. */
const LOSSY = { mean: 2, max: 12 };
const REGIONS = 50;

test.skip(!hasReference, missingReference);

let reader: Awaited<ReturnType<typeof startReader>>;
test.beforeAll(async () => {
  reader = await startReader();
});
test.afterAll(() => reader.server.close());

test('the real slides', async ({ page }) => {
  test.skip(!hasData, missingData);
  const names = readdirSync(dataFile('slides')).filter((name) => /\.(svs|tif)$/.test(name));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) cpSync(dataFile(`slides/${name}`), join(reader.folder, name));
  await expectSame(page, names);
});

test('each way in which TIFFs are written', async ({ page }) => {
  test.setTimeout(240_000);
  const made = join(reader.folder, 'made');
  runReference('make_tiffs.py', made);
  const names = readdirSync(made);
  expect(names.length).toBeGreaterThan(35);
  for (const name of names) cpSync(join(made, name), join(reader.folder, name));
  await expectSame(page, names);
});

async function expectSame(page: Page, names: readonly string[]): Promise<void> {
  const slides = names.map((name) => join(reader.folder, name));
  const references = readReferences(slides, reader.folder);
  await reader.open(page);
  for (const [index, name] of names.entries()) {
    const found = references[index];
    if (found === undefined) throw new Error(`no reference of ${name}`);
    await test.step(name, () => expectSameSlide(page, name, found));
  }
}

async function expectSameSlide(
  page: Page,
  name: string,
  { reference, pixels }: { reference: Reference; pixels: string },
): Promise<void> {
  const origin = { kind: 'url', url: `${reader.server.url}/${name}` } as const;
  const { description, associated } = await page.evaluate((from) => window.readerPage.describe(from), origin);
  const close = (mpp: number | null) => (mpp === null ? null : expect.closeTo(mpp, 6));
  expect({ ...description, associated: [...associated].sort() }, name).toMatchObject({
    levels: reference.levels,
    mppX: close(reference.mppX),
    mppY: close(reference.mppY),
    hasColourProfile: reference.hasColourProfile,
    associated: reference.associated,
  });
  expect(description.levels.length).toBe(reference.levels.length);
  const differences = await page.evaluate(([from, regions, url]) => window.readerPage.compare(from, regions, url), [
    origin,
    reference.regions,
    `${reader.server.url}/${pixels}`,
  ] as const);
  expect(differences.length).toBe(REGIONS);
  const { mean, max } = reference.lossless ? { mean: 0, max: 0 } : LOSSY;
  expect(
    differences.filter((each) => !(each.mean <= mean && each.max <= max)),
    `${name} against ${reference.reader}`,
  ).toEqual([]);
}
