// The export formats: GeoJSON by QuPath's rules, WSInfer's table, JSON there and back, and none of them blocks the page.

import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { qupathProblems } from '../../e2e/fixtures/qupath-rules.ts';
import { noLimits } from './doubt.ts';
import { exportCsv } from './export-csv.ts';
import { exportGeoJson } from './export-geojson.ts';
import { exportJson } from './export-json.ts';
import { largeResult, madeClasses, madeProvenance, madeResult } from './made-result.fixture.ts';
import { parseResultJson } from './parse-json.ts';

const colours = ['#ff8000', '#0000cc'];

async function features(classColors = colours) {
  const text = await (await exportGeoJson(madeResult(), classColors)).text();
  expect(qupathProblems(text)).toEqual([]);
  return JSON.parse(text);
}

test('GeoJSON: one tile object a done cell, as QuPath wants it', async () => {
  const collection = await features();
  expect(collection.provenance).toEqual(madeProvenance);
  expect(collection.features).toHaveLength(3);
  const [first, second, third] = collection.features;
  expect(first.geometry.coordinates[0][0]).toEqual([150, 75]);
  expect(third.geometry.coordinates[0][2]).toEqual([375, 225]);
  expect(first.properties.classification).toEqual({ name: 'fat', color: [255, 128, 0] });
  expect(third.properties.classification).toEqual({ name: madeClasses[1], color: [0, 0, 204] });
  expect(first.properties.measurements).toEqual({
    prob_fat: 0.9,
    'prob_tumour, "solid"': 0.1,
    entropy: 0.4,
    familiarity: 1,
    'similarity_0.62_2.48': -0.2,
    'contrast_0.62_2.48': null,
  });
  expect(second.properties.measurements['contrast_0.62_2.48']).toBe(0.2);
});

test('GeoJSON: ids stay for a result, differ between cells and between runs', async () => {
  const idsOf = (collection: { features: { id: string }[] }) => collection.features.map(({ id }) => id);
  const ids = idsOf(await features());
  expect(idsOf(await features([]))).toEqual(ids);
  const later = { ...madeResult(), provenance: { ...madeProvenance, createdAt: '2020-01-02T03:04:06.000Z' } };
  const others = idsOf(JSON.parse(await (await exportGeoJson(later, colours)).text()));
  const many = idsOf(JSON.parse(await (await exportGeoJson(largeResult(60, 50), colours)).text()));
  expect(new Set([...ids, ...others, ...many]).size).toBe(6 + 3000);
});

test('GeoJSON: a class without a usable colour is grey', async () => {
  const collection = await features(['red']);
  expect(collection.features[2].properties.classification.color).toEqual([128, 128, 128]);
});

test('CSV: WSInfer’s columns first, quoted where names ask for it, under the provenance', async () => {
  const lines = (await (await exportCsv(madeResult())).text()).trimEnd().split('\n');
  const comments = lines.filter((line) => line.startsWith('#'));
  expect(JSON.parse(comments[1]?.replace('# provenance: ', '') ?? '')).toEqual(madeProvenance);
  expect(lines.slice(comments.length)).toEqual([
    'minx,miny,width,height,prob_fat,"prob_tumour, ""solid""",entropy,familiarity,similarity_0.62_2.48,contrast_0.62_2.48',
    '150,75,75,75,0.9,0.1,0.4,1,-0.2,',
    '225,75,75,75,0.5,0.5,1,0,0.3,0.2',
    '300,150,75,75,0.25,0.75,0.8,0.5,0.6,0.1',
  ]);
});

test('JSON: the result comes back bit for bit', async () => {
  for (const result of [madeResult(), largeResult(100, 99)]) {
    const text = await (await exportJson(result)).text();
    expect(parseResultJson(text)).toEqual(result);
  }
});

test('JSON: which share of the cells is in doubt, and by which limits, beside a result that reads back the same', async () => {
  const result = madeResult();
  const text = await (await exportJson(result, { uncertainBelow: 0.8, familiarityThreshold: 0.5 })).text();
  // Done: 0.9 with familiarity 1, 0.5 with 0, 0.75 with 0.5.
  expect(JSON.parse(text).doubt).toEqual({
    uncertainShare: 2 / 3,
    uncertainBelow: 0.8,
    unlikeShare: 1 / 3,
    unlikeBelow: 0.5,
  });
  expect(parseResultJson(text)).toEqual(result);
  const silent = JSON.parse(await (await exportJson(result, noLimits)).text());
  expect(silent.doubt).toEqual({ uncertainShare: null, uncertainBelow: null, unlikeShare: null, unlikeBelow: null });
});

test('JSON: arrays are base64 of little-endian bytes', async () => {
  const { probabilities, status } = JSON.parse(await (await exportJson(madeResult())).text());
  expect(status).toEqual({ dtype: 'uint8', shape: [2, 3], data: Buffer.from([1, 1, 0, 2, 3, 1]).toString('base64') });
  expect(probabilities).toMatchObject({ dtype: 'float32', shape: [2, 3, 2] });
  expect(Buffer.from(probabilities.data, 'base64').readFloatLE(0)).toBeCloseTo(0.9);
});

test('JSON that is no whole result is refused in words', async () => {
  const whole = JSON.parse(await (await exportJson(madeResult())).text());
  const cut = { ...whole.entropy, data: whole.entropy.data.slice(8) };
  const bad = ['{', '{}', JSON.stringify({ ...whole, entropy: cut }), JSON.stringify({ ...whole, rows: 3 })];
  for (const text of bad) {
    expect(() => parseResultJson(text)).toThrow(expect.objectContaining({ code: 'damaged' }));
  }
});

test('60,000 cells are written in short turns', async () => {
  const result = largeResult(300, 200);
  let longestMs = 0;
  let lastMs = performance.now();
  // Fires whenever the exports let go; what lies between is time the page would have waited.
  const watch = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  }, 0);
  const cpuBefore = performance.eventLoopUtilization();
  await exportGeoJson(result, colours);
  await exportCsv(result);
  await exportJson(result);
  const { active } = performance.eventLoopUtilization(cpuBefore);
  clearInterval(watch);
  // A share, not milliseconds: a busy machine makes every turn longer.
  expect(longestMs / active).toBeLessThan(0.25);
});
