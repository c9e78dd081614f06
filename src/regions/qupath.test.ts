// What QuPath wrote comes back from here as it was: every kind of object, of shape and of class, of its present and its
// old versions; only what the user changes is changed.

import { expect, test } from 'vitest';
import { qupathProblems } from '../../e2e/fixtures/qupath-rules.ts';
import { qupathArray, qupathCollection, qupathOldCollection } from '../../e2e/fixtures/qupath-written.ts';
import { formatRegions, parseRegions } from './geojson.ts';
import { isLocked } from './region.ts';

const slide = { name: 'a.svs', width: 8192, height: 8192 };
const backFrom = (text: string, measurements = {}) =>
  JSON.parse(formatRegions(parseRegions(text).regions, slide, measurements)).features;

test.each([
  ['a collection', qupathCollection],
  ['a bare list', qupathArray],
  ['a collection in many lines', JSON.stringify(JSON.parse(qupathCollection), null, 2)],
])('%s comes back member for member', (_, text) => {
  const { features = JSON.parse(text) } = JSON.parse(text);
  expect(backFrom(text)).toEqual(features);
});

test('it is shown by its name, else by its class, else by what it is given', () => {
  const { regions } = parseRegions(qupathCollection);
  expect(regions.map(({ name }) => name)).toEqual([
    'Front',
    'Region 2',
    'Tumor: Positive',
    'Depth',
    'Stroma',
    'Immune cells',
    'A-1',
  ]);
  expect(regions.map(({ colour }) => colour).filter((_, at) => [0, 2, 4].includes(at))).toEqual([
    '#ffc800',
    '#c83232',
    '#96c896',
  ]);
  expect(regions.map(isLocked)).toEqual([true, ...regions.slice(1).map(() => false)]);
});

test('a name and a colour that were given are written once the user changes them, each alone', () => {
  const [, second] = parseRegions(qupathCollection).regions;
  if (second === undefined) throw new Error('There is a second.');
  const written = (change: object) =>
    JSON.parse(formatRegions([{ ...second, ...change }], slide)).features[0].properties;
  expect(written({})).toEqual({ objectType: 'annotation' });
  expect(written({ name: 'Edge' })).toEqual({ objectType: 'annotation', name: 'Edge' });
  expect(written({ colour: '#ff6d00' })).toEqual({ objectType: 'annotation', color: [255, 109, 0] });
});

test('numbers join those of QuPath, and the file keeps to its rules', () => {
  const { regions } = parseRegions(qupathCollection);
  const [first, , third] = regions;
  const numbers = Object.fromEntries([first, third].map((region) => [region?.id, { area_mm2: 0.5 }]));
  const back = backFrom(qupathCollection, numbers);
  expect(back[0].properties.measurements).toEqual({ 'Area µm^2': 9375, Mean: 'NaN', area_mm2: 0.5 });
  expect(back[2].properties.measurements).toEqual({ area_mm2: 0.5 });
  const annotations = regions.filter(({ feature }) => !/cell|tmaCore/.test(JSON.stringify(feature)));
  expect(annotations).toHaveLength(5);
  expect(qupathProblems(formatRegions(annotations, slide, numbers))).toEqual([]);
});

test('of old versions the kind of object is kept, and a number that is none is no reason to refuse a file', () => {
  const [cell, detection] = backFrom(qupathOldCollection);
  expect(parseRegions(qupathOldCollection).regions.map(({ name }) => name)).toEqual(['Tumor: Positive', 'Stroma']);
  expect(cell.properties).toEqual({
    objectType: 'cell',
    classification: {
      parentClass: { name: 'Tumor', colorRGB: -3670016 },
      name: 'Positive',
      colorRGB: -377282,
    },
    isLocked: false,
    measurements: [
      { name: 'Mean "NaN" \\', value: 'NaN' },
      { name: 'Min', value: '-Infinity' },
      { name: 'Area', value: 50 },
    ],
  });
  expect(detection.properties).toMatchObject({ objectType: 'detection', object_type: 'detection' });
});

test('an id that QuPath takes for a UUID is kept, whatever its version', () => {
  const id = '00000000-0000-0000-0000-000000000101';
  const text = qupathArray.replace('8c5f1d62-9a0e-4c7b-b1f3-2d4e6a7b8c90', id);
  expect(backFrom(text)[0].id).toBe(id);
  expect(backFrom(text.replace('1d7e3b54-0c2f-4e68-9b1a-5f6c7d8e9f01', id))[1].id).not.toBe(id);
});
