// Results as files: GeoJSON that QuPath takes, CSV in WSInfer's columns, JSON that reads back, a PNG with its provenance.

import { expect, test } from '@playwright/test';
import { decode } from 'fast-png';
import { parseResultJson } from '../src/results/parse-json.ts';
import { AppPage } from './app-page.ts';
import { qupathProblems } from './fixtures/qupath-rules.ts';

test('a run leaves in all four formats', async ({ page }) => {
  test.setTimeout(120_000);
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
