// Results as files: GeoJSON that QuPath takes, CSV in WSInfer's columns, JSON that reads back, a PNG with its provenance.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import { parseResultJson } from '../src/results/parse-json.ts';
import { AppPage } from './app-page.ts';
import { qupathProblems } from './fixtures/qupath-rules.ts';

test('a run leaves in all four formats', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open();
  const result = await app.analyse({ region: { x: 3000, y: 3000, width: 600, height: 400 } });
  const done = result.status.filter((status) => status === 1).length;
  expect(done).toBeGreaterThan(0);

  const geojson = await app.exportText('geojson');
  expect(qupathProblems(geojson)).toEqual([]);
  const collection = JSON.parse(geojson);
  expect(collection.features).toHaveLength(done);
  expect(collection.provenance.model.id).toBe('phantom');
  expect(collection.provenance.model.sha256).toMatch(/^[0-9a-f]{64}$/);

  const lines = (await app.exportText('csv')).trim().split(/\r?\n/);
  const rows = lines.filter((line) => !line.startsWith('#'));
  expect(lines[0]).toMatch(/^#/);
  expect(rows[0]).toMatch(/^minx,miny,width,height,prob_/);
  expect(rows).toHaveLength(done + 1);

  const read = parseResultJson(await app.exportText('json'));
  expect([...read.status]).toEqual([...result.status]);
  expect(read.region).toEqual(result.region);
  expect([...read.probabilities]).toEqual(result.probabilities.map((value) => (value === null ? Number.NaN : value)));

  const png = await page.evaluate(async () => {
    const bytes = new Uint8Array(await (await window.concentric.exportResults('png')).arrayBuffer());
    return Array.from(bytes);
  });
  const picture = decode(Uint8Array.from(png));
  expect(picture.width).toBeGreaterThan(300);
  expect(JSON.parse(picture.text.provenance ?? '{}').app).toMatch(/^Concentric /);
});

test('exporting before a run is refused in words', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const refusal = await page.evaluate(() =>
    window.concentric.exportResults('csv').then(
      () => null,
      (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
    ),
  );
  expect(refusal).toEqual({ code: 'bad-argument', message: expect.stringContaining('Run an analysis first') });
});

test('a picture at a chosen scale has the slide’s own pixels and the layer’s own colours, and its provenance', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open('?x=3200&y=3200&mag=10&rotation=90&opacity=1');
  const { region, cellSize } = await app.analyse({ region: { x: 2816, y: 2816, width: 768, height: 512 } });
  const pictured = async (): Promise<ReturnType<typeof decode>> => {
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'Picture…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save a picture' });
    await dialog.getByLabel('The analysed area').check();
    await dialog.getByLabel('Magnification').selectOption('20');
    await expect(dialog.getByRole('status')).toContainText('0.500 µm/px');
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save PNG' }).click();
    const picture = decode(readFileSync(await (await download).path()));
    await page.keyboard.press('Escape');
    return picture;
  };
  const at = ({ data, width, channels }: ReturnType<typeof decode>, x: number, y: number) =>
    Array.from(data.slice((y * width + x) * channels, (y * width + x) * channels + 3));

  await app.setLayer('none');
  const bare = await pictured();
  // The phantom has 0.5 um/px: one px of the picture is one of level 0, on the slide's own grid.
  expect([bare.width, bare.height]).toEqual([region.width, region.height]);
  expect(JSON.parse(bare.text.provenance ?? '{}').region).toEqual(region);
  const centre = { x: region.x + 384, y: region.y + 128 };
  const crop = await page.evaluate(async (point) => {
    const [finest] = await window.concentric.readCrops(point);
    return finest === undefined ? null : { ...finest, data: Array.from(finest.data) };
  }, centre);
  if (crop === null) throw new Error('There is a crop.');
  let differing = 0;
  for (let y = 0; y < crop.height; y++) {
    for (let x = 0; x < crop.width; x++) {
      const found = at(bare, crop.region.x - region.x + x, crop.region.y - region.y + y);
      const wanted = crop.data.slice((y * crop.width + x) * 4, (y * crop.width + x) * 4 + 3);
      if (found.join() !== wanted.join()) differing += 1;
    }
  }
  expect(differing).toBe(0);

  await app.setLayer('classes');
  const classes = await pictured();
  expect(classes.height).toBeGreaterThan(region.height);
  const legend = await page
    .getByRole('region', { name: 'Legend' })
    .evaluate((found) =>
      [...found.querySelectorAll<HTMLElement>('.swatch')].map((swatch) =>
        (getComputedStyle(swatch).backgroundColor.match(/\d+/g) ?? []).slice(0, 3).join(),
      ),
    );
  const columns = Math.round(region.width / cellSize);
  const colours = Array.from({ length: columns }, (_, column) =>
    at(classes, Math.floor((column + 0.5) * cellSize), Math.floor(cellSize / 2)).join(),
  );
  expect(colours.filter((colour) => !legend.includes(colour))).toEqual([]);
  expect(app.consoleErrors).toEqual([]);
});

test('the report is one printed page with the panel’s numbers', async ({ page }) => {
  const app = new AppPage(page);
  await app.open('?x=4224&y=4096&mag=10');
  // Where kinds of tissue meet, so that the model is uncertain of some cells.
  await app.analyse({ region: { x: 3840, y: 3840, width: 768, height: 512 } });
  await expect(page.getByText(/^Complete:/)).toBeVisible();
  const panel = await page.getByRole('table', { name: 'Area by class' }).innerText();
  // As many regions as the report names, and one more, of which it only says that there is one.
  const left = (n: number) => 3840 + 64 * n;
  const rectangles = Array.from({ length: 9 }, (_, n) => [left(n), 3840, left(n) + 256, 4096] as const);
  const everywhere = [0, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  // What share of the cells is below the model's limit; the phantom's model has no familiarity, and that is not 0%.
  const [share = Number.NaN, ...shares] = await uncertainShares(page, [everywhere, ...rectangles]);
  expect(share).toBeGreaterThan(0);
  expect(JSON.parse(await app.exportText('json')).doubt).toEqual({
    uncertainShare: expect.closeTo(share, 12),
    uncertainBelow: expect.any(Number),
    unlikeShare: null,
    unlikeBelow: null,
  });
  const doubt = [
    `Uncertain${(share * 100).toFixed(1)}% of cells`,
    'Unlike the training tissuenot known: the model does not tell',
  ];
  for (const text of doubt) await expect(page.getByRole('complementary').filter({ hasText: text })).toBeVisible();
  await page.getByLabel('Read GeoJSON…').setInputFiles({
    name: 'regions.geojson',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(annotations(rectangles))),
  });
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Report…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Analysis report' });
  await expect(dialog.getByRole('img', { name: /with scale bar/ })).toBeVisible();
  await expect.poll(() => dialog.getByRole('table', { name: 'Area by class' }).innerText()).toBe(panel);
  await expect(dialog).toContainText(/[0-9a-f]{64}/);
  for (const text of doubt) await expect(dialog).toContainText(text);
  await expect(dialog).toContainText('Not for diagnosis');
  const rows = dialog.getByRole('table', { name: 'Regions' }).locator('tbody tr');
  await expect(rows).toHaveCount(8);
  // The last column there is: of what the model does not tell there is none.
  expect(await rows.locator('td:last-child').allInnerTexts()).toEqual(
    shares.slice(0, 8).map((one) => `${(one * 100).toFixed(1)}%`),
  );
  await expect(dialog).toContainText('and 1 more');
  // In print it begins at the page's top.
  await page.emulateMedia({ media: 'print' });
  await expect.poll(async () => (await dialog.boundingBox())?.y).toBe(0);
  // As wide as paper between its margins: a region's name stands on one line.
  const before = page.viewportSize();
  await page.setViewportSize({ width: 703, height: 1032 });
  const lines = await rows.locator('th').evaluateAll((names) =>
    names.map((name) => {
      const text = document.createRange();
      text.selectNode(name.lastChild ?? name);
      return text.getClientRects().length;
    }),
  );
  expect(lines).toEqual(lines.map(() => 1));
  if (before !== null) await page.setViewportSize(before);
  await page.emulateMedia({ media: null });
  const pdf = (await page.pdf({ preferCSSPageSize: true, format: 'A4' })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(app.consoleErrors).toEqual([]);
});

/** QuPath's annotations of rectangles, named as the app names its own. */
function annotations(rectangles: readonly Rectangle[]) {
  const features = rectangles.map(([left, top, right, bottom], n) => {
    const corners = [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
      [left, top],
    ];
    return {
      type: 'Feature',
      id: `1c9b7a51-1f7e-4a53-8a0e-6b2f0d1c2e3${n}`,
      geometry: { type: 'Polygon', coordinates: [corners] },
      properties: { objectType: 'annotation', name: `Region ${n + 1}` },
    };
  });
  return { type: 'FeatureCollection', features };
}

/** Left, top, right, bottom; level-0 px. */
type Rectangle = readonly [number, number, number, number];

/** Of the done cells whose centre lies in each rectangle the share, 0..1, whose highest probability is below the limit. */
function uncertainShares(page: Page, rectangles: readonly Rectangle[]): Promise<number[]> {
  return page.evaluate(async (within) => {
    const result = window.concentric.results();
    if (result === null) return [];
    const { x_calibration } = await (await fetch('models/phantom/manifest.json')).json();
    const classes = result.classNames.length;
    return within.map(([left, top, right, bottom]) => {
      const inside = [...result.status.keys()].filter((cell) => {
        const x = result.region.x + ((cell % result.columns) + 0.5) * result.cellSize;
        const y = result.region.y + (Math.floor(cell / result.columns) + 0.5) * result.cellSize;
        return result.status[cell] === 1 && x >= left && x < right && y >= top && y < bottom;
      });
      const highest = inside.map((cell) =>
        Math.max(...result.probabilities.slice(cell * classes, (cell + 1) * classes)),
      );
      return highest.filter((one) => one < x_calibration.uncertain_below).length / inside.length;
    });
  }, rectangles);
}
