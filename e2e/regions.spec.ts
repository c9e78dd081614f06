// Regions: drawn with mouse and keyboard, named, undone, measured, run on, and taken to QuPath and back.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { qupathProblems } from './fixtures/qupath-rules.ts';
import { qupathCollection } from './fixtures/qupath-written.ts';

/** 1 CSS px is 2 level-0 px. */
const start = '?x=3000&y=3000&mag=10';

function names(page: Page): Promise<string[]> {
  return page
    .getByRole('list', { name: 'Regions of this slide' })
    .getByRole('textbox', { name: 'Name' })
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
}

async function savedRegions(page: Page) {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save GeoJSON' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('phantom-regions.geojson');
  return readFileSync(await saved.path(), 'utf8');
}

test('a rectangle is where it was drawn, is measured, run on, saved and read again', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open(start);
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is on screen.');
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.getByRole('button', { name: 'Rectangle', exact: true }).click();
  await page.mouse.move(centre.x - 100, centre.y - 50);
  await page.mouse.down();
  await page.mouse.move(centre.x + 60, centre.y + 80, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => names(page)).toEqual(['Region 1']);
  const text = await savedRegions(page);
  expect(qupathProblems(text)).toEqual([]);
  const [feature] = JSON.parse(text).features;
  const [[left, top], , [right, bottom]] = feature.geometry.coordinates[0];
  // A screen pixel is two of level 0.
  for (const [found, wanted] of [
    [left, 2800],
    [top, 2900],
    [right, 3120],
    [bottom, 3160],
  ]) {
    expect(Math.abs(found - wanted)).toBeLessThanOrEqual(2);
  }
  // No click went through to the model.
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeHidden();

  await page.getByRole('textbox', { name: 'Name' }).fill('Front');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Run on this region' }).click();
  const table = page.getByRole('table', { name: 'Classes in Front' });
  await expect(table).toBeVisible({ timeout: 180_000 });
  await expect(page.getByRole('status', { name: 'Run status' })).toHaveText('Analysis complete', { timeout: 180_000 });
  // Centres of cells of 64 px inside the rectangle, against what the panel counted.
  const expected = await page.evaluate(
    ([left = 0, top = 0, right = 0, bottom = 0]) => {
      const result = window.concentric.results();
      if (result === null) return -1;
      let inside = 0;
      for (let cell = 0; cell < result.status.length; cell++) {
        const x = result.region.x + ((cell % result.columns) + 0.5) * result.cellSize;
        const y = result.region.y + (Math.floor(cell / result.columns) + 0.5) * result.cellSize;
        if (result.status[cell] === 1 && x >= left && x < right && y >= top && y < bottom) inside += 1;
      }
      return inside;
    },
    [left, top, right, bottom],
  );
  expect(expected).toBeGreaterThan(5);
  const counted = async () => {
    const cells = await table.locator('tbody td:nth-child(2)').allTextContents();
    return cells.reduce((sum, text) => sum + Number(text), 0);
  };
  await expect.poll(counted).toBe(expected);

  const withNumbers = await savedRegions(page);
  expect(qupathProblems(withNumbers)).toEqual([]);
  expect(JSON.parse(withNumbers).features[0].properties).toMatchObject({
    name: 'Front',
    measurements: {
      cells: expected,
      area_mm2: ((right - left) * (bottom - top) * 0.25) / 1e6,
      analysed_mm2: expect.closeTo((expected * 64 * 64 * 0.25) / 1e6, 9),
      share_uncertain: expect.any(Number),
    },
  });
  // The phantom's model has no familiarity: what is not known is not said to be 0.
  expect(withNumbers).not.toContain('share_unlike_training');
  await expect(page.getByRole('definition').filter({ hasText: /mm², .*% of the region/ })).toBeVisible();

  await page.getByRole('button', { name: 'Remove Front' }).click();
  await page
    .getByLabel('Read GeoJSON…')
    .setInputFiles({ name: 'back.geojson', mimeType: 'application/json', buffer: Buffer.from(withNumbers) });
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Front');
  expect(JSON.parse(await savedRegions(page))).toEqual(JSON.parse(withNumbers));
  await page
    .getByLabel('Read GeoJSON…')
    .setInputFiles({ name: 'bad.geojson', mimeType: 'application/json', buffer: Buffer.from('{"type":"Topology"}') });
  await expect(page.getByRole('alert', { name: 'Errors' })).toContainText('no regions that can be read');
  await expect.poll(() => names(page)).toEqual(['Front']);
  expect(app.consoleErrors).toEqual([]);
});

test('a locked region stays as it is until it is unlocked, and what else its file says comes back', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.open(start);
  const file = {
    type: 'FeatureCollection',
    name: 'batch 3',
    features: [
      {
        type: 'Feature',
        id: '1c9b7a51-1f7e-4a53-8a0e-6b2f0d1c2e3f',
        geometry: {
          type: 'GeometryCollection',
          geometries: [
            {
              type: 'Polygon',
              coordinates: [
                [
                  [2900, 2900],
                  [3100, 2900],
                  [3100, 3100],
                  [2900, 2900],
                ],
              ],
            },
            { type: 'Point', coordinates: [3000, 3200] },
          ],
        },
        properties: { objectType: 'annotation', name: 'Front', color: [1, 2, 3], isLocked: true },
      },
    ],
  };
  await page
    .getByLabel('Read GeoJSON…')
    .setInputFiles({ name: 'a.geojson', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await expect.poll(() => names(page)).toEqual(['Front']);
  await expect(page.getByRole('textbox', { name: 'Name' })).not.toBeEditable();
  await expect(page.getByLabel('Colour of Front')).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Remove Front' })).toBeHidden();
  expect(JSON.parse(await savedRegions(page))).toMatchObject(file);

  await page.getByRole('button', { name: 'Unlock Front' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Edge');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Unlock Edge' })).toBeVisible();
  const [feature] = JSON.parse(await savedRegions(page)).features;
  expect(feature.properties).toMatchObject({ name: 'Edge', isLocked: true });
  for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(() => names(page)).toEqual(['Front']);
  await expect(page.getByRole('button', { name: 'Unlock Front' })).toBeVisible();
});

test('polygon by keyboard, freehand by drag, undo and redo, also on a turned slide', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(`${start}&rotation=90`);
  await page.getByRole('button', { name: 'Polygon', exact: true }).click();
  await expect(app.slide).toBeFocused();
  const corner = async (x: number, y: number) => {
    await app.setView({ x, y, magnification: 10 });
    await page.keyboard.press('Enter');
  };
  await corner(3000, 3000);
  await corner(3400, 3000);
  await corner(3400, 3600);
  await page.keyboard.press('Shift+Enter');
  await expect.poll(() => names(page)).toEqual(['Region 1']);

  await page.getByRole('button', { name: 'Freehand', exact: true }).click();
  await page.mouse.move(300, 300);
  await page.mouse.down();
  for (const [x, y] of [
    [400, 290],
    [450, 380],
    [330, 420],
  ] as const) {
    await page.mouse.move(x, y, { steps: 6 });
  }
  await page.mouse.up();
  await expect.poll(() => names(page)).toEqual(['Region 1', 'Region 2']);
  const saved = await savedRegions(page);
  expect(qupathProblems(saved)).toEqual([]);
  const { features } = JSON.parse(saved);
  expect(features[0].geometry.coordinates).toEqual([
    [
      [3000, 3000],
      [3400, 3000],
      [3400, 3600],
      [3000, 3000],
    ],
  ]);
  expect(features[0].properties.measurements.area_mm2).toBeCloseTo((400 * 600 * 0.5 * 0.25) / 1e6, 9);
  expect(features[1].geometry.coordinates[0].length).toBeGreaterThan(10);

  await app.slide.focus();
  await page.keyboard.press('Control+z');
  await expect.poll(() => names(page)).toEqual(['Region 1']);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => names(page)).toEqual(['Region 1', 'Region 2']);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Regions of this slide' })).toBeHidden();
  // Escape leaves things as they are.
  await page.getByRole('button', { name: 'Redo', exact: true }).click();
  await page.getByRole('button', { name: 'Polygon', exact: true }).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect.poll(() => names(page)).toEqual(['Region 1']);
});

test('runs on a polygon and then on a freehand region leave as QuPath takes them, regions and tiles', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open(start);
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is on screen.');
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const at = (x: number, y: number) => [centre.x + x, centre.y + y] as const;
  await page.getByRole('button', { name: 'Polygon', exact: true }).click();
  for (const corner of [at(-180, -100), at(-40, -120), at(-60, 20), at(-180, -100)]) await page.mouse.click(...corner);
  await expect.poll(() => names(page)).toEqual(['Region 1']);
  await page.getByRole('button', { name: 'Freehand', exact: true }).click();
  await page.mouse.move(...at(40, 20));
  await page.mouse.down();
  for (const place of [at(180, 30), at(150, 150), at(50, 120)]) await page.mouse.move(...place, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => names(page)).toEqual(['Region 1', 'Region 2']);

  const tiles = async () => {
    const text = await app.exportText('geojson');
    expect(qupathProblems(text)).toEqual([]);
    return JSON.parse(text).features.length as number;
  };
  const done = () =>
    page.evaluate(() => window.concentric.results()?.status.filter((status) => status === 1).length ?? 0);
  let before = 0;
  for (const name of ['Region 1', 'Region 2']) {
    const numbers = page.getByRole('button', { name: `Numbers of ${name}` });
    if ((await numbers.getAttribute('aria-expanded')) === 'false') await numbers.click();
    await page.getByRole('button', { name: 'Run on this region' }).click();
    await expect(page.getByRole('table', { name: `Classes in ${name}` })).toBeVisible({ timeout: 120_000 });
    // The second joins the first.
    await expect.poll(done, { timeout: 120_000 }).toBeGreaterThan(before);
    before = await done();
    expect(await tiles()).toBe(before);
  }
  const saved = await savedRegions(page);
  expect(qupathProblems(saved)).toEqual([]);
  for (const { properties } of JSON.parse(saved).features) {
    expect(properties.measurements).toMatchObject({
      cells: expect.any(Number),
      share_uncertain: expect.any(Number),
    });
    expect(properties.measurements.cells).toBeGreaterThan(3);
  }
  expect(app.consoleErrors).toEqual([]);
});

test('what QuPath wrote goes back as it came, with a name that was changed and with numbers', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await page
    .getByLabel('Read GeoJSON…')
    .setInputFiles({ name: 'q.geojson', mimeType: 'application/json', buffer: Buffer.from(qupathCollection) });
  await expect
    .poll(() => names(page))
    .toEqual(['Front', 'Region 2', 'Tumor: Positive', 'Depth', 'Stroma', 'Immune cells', 'A-1']);
  await page.getByRole('textbox', { name: 'Name' }).nth(3).fill('Invasion depth');
  await page.keyboard.press('Enter');
  await expect.poll(() => names(page)).toContain('Invasion depth');
  const withoutNumbers = ({ properties: { measurements: _, ...properties }, ...feature }: (typeof came)[number]) => ({
    ...feature,
    properties,
  });
  const came = JSON.parse(qupathCollection).features;
  const written = JSON.parse(await savedRegions(page)).features;
  came[3].properties.name = 'Invasion depth';
  expect(written.map(withoutNumbers)).toEqual(came.map(withoutNumbers));
  expect(written[0].properties.measurements).toEqual({
    ...came[0].properties.measurements,
    area_mm2: expect.closeTo(((200 * 200 - 50 * 50) * 0.25) / 1e6, 9),
  });
});
