// Region files as accident or malice makes them: what is read can be drawn and written again, or it is refused whole.

import { expect, test } from 'vitest';
import { damagedJson, damagedText, fuzz } from '../../e2e/fixtures/fuzz.ts';
import { areaPx2 } from './area.ts';
import { formatRegions, parseRegions } from './geojson.ts';
import { isFeatures, isGeometry } from './geometry-check.ts';
import { extentOf, linesOf } from './shape.ts';

const square = [
  [
    [10, 10],
    [20, 10],
    [20, 20],
    [10, 10],
  ],
];
const document = {
  type: 'FeatureCollection',
  name: 'batch',
  features: [
    {
      type: 'Feature',
      id: '5f1f7a2e-6f9b-4f0e-9a63-2f9b1b8f7c11',
      geometry: { type: 'Polygon', coordinates: square },
      properties: {
        objectType: 'annotation',
        name: 'a',
        classification: { name: 'Tumor', color: [200, 0, 0] },
        measurements: [{ name: 'Area', value: 3 }],
      },
    },
    {
      type: 'Feature',
      geometry: { type: 'GeometryCollection', geometries: [{ type: 'Polygon', coordinates: square }] },
      properties: { isLocked: true },
    },
    { type: 'Feature', geometry: { type: 'MultiPoint', coordinates: [[1, 2]] }, properties: { colorRGB: -16776961 } },
  ],
};

const polygon = (places: string) =>
  `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[${places}]]},"properties":{}}`;
const manyPlaces = polygon(`${'[1,2],'.repeat(2_000_001)}[1,2]`);

test.each([
  ['millions of places', manyPlaces, /more than two million places/],
  ['lists in lists', polygon('['.repeat(5000) + ']'.repeat(5000)), /nest too deeply/],
  ['members in members', `${`{"a":`.repeat(5000)}1${'}'.repeat(5000)}`, /nest too deeply/],
  ['numbers beyond all slides', polygon('[1,1],[1e308,1],[1,-1e308],[1,1]'), /no regions that can be read/],
  ['numbers without end', polygon('[1,1],[1e999,1],[1,-1e999],[1,1]'), /no regions that can be read/],
  ['what is no number', polygon('[1,1],[null,1],["NaN",2],[1,1]'), /no regions that can be read/],
  ['a place that is NaN', polygon('[1,1],[NaN,1],[1,2],[1,1]'), /no regions that can be read/],
])('regions with %s are refused in words', (_name, text, message) => {
  expect(() => parseRegions(text)).toThrowError(
    expect.objectContaining({ code: 'damaged', message: expect.stringMatching(message) }),
  );
});

test('a list is refused at its first fault: hundreds of thousands are not all told', () => {
  const behind = () => Object.defineProperty([2, 2], 1, { get: () => expect.fail('What comes after was looked at.') });
  expect(isFeatures(behind())).toBe(false);
  expect(isGeometry({ type: 'GeometryCollection', geometries: behind() })).toBe(false);
  expect(isGeometry({ type: 'Polygon', coordinates: behind() })).toBe(false);
});

test('an outline that crosses itself ten million times is measured all the same', () => {
  const places = Array.from({ length: 5000 }, (_, n) => `[${(n * 7919) % 5003},${(n * 104_729) % 5009}]`);
  const [region] = parseRegions(polygon([...places, places[0]].join())).regions;
  if (region === undefined) throw new Error('It is read.');
  expect(Number.isFinite(areaPx2(region.geometry))).toBe(true);
});

test('a hundred thousand places are read, and measured at once', () => {
  const places = Array.from({ length: 100_000 }, (_, n) => `[${n},${n % 7}]`).join();
  const { regions } = parseRegions(polygon(places));
  expect(regions).toHaveLength(1);
  const [region] = regions;
  if (region === undefined) return;
  expect(Number.isFinite(areaPx2(region.geometry))).toBe(true);
  expect(extentOf(region.geometry)).toEqual({ x: 0, y: 0, width: 99_999, height: 6 });
});

test('regions', async () => {
  const sound = JSON.stringify(document);
  await fuzz({
    what: 'region files',
    cases: 600,
    codes: ['damaged'],
    attempt(dice) {
      const text = dice.below(3) === 0 ? damagedText(dice, sound) : damagedJson(dice, document);
      const { regions, members } = parseRegions(text);
      expect(new Set(regions.map(({ id }) => id)).size).toBe(regions.length);
      for (const { colour, name, geometry } of regions) {
        expect(colour).toMatch(/^#[0-9a-f]{6}$/i);
        expect(name).not.toBe('');
        const numbers = linesOf(geometry).flat(2);
        expect(numbers.every(Number.isFinite)).toBe(true);
      }
      const written = formatRegions(regions, { name: 'a', width: 100, height: 100 }, {}, members);
      const again = parseRegions(written);
      expect(JSON.stringify(again.regions.map(({ geometry }) => geometry))).toBe(
        JSON.stringify(regions.map(({ geometry }) => geometry)),
      );
    },
  });
});
