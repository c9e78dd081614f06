// Regions in numbers worked out by hand, through files as QuPath writes them, and back and forth in time.

import { describe, expect, test } from 'vitest';
import { qupathProblems } from '../../e2e/fixtures/qupath-rules.ts';
import { areaPx2 } from './area.ts';
import { formatRegions, parseRegions } from './geojson.ts';
import { isLocked, polygonOfRect, polygonThrough, type RegionGeometry } from './region.ts';
import { extentOf, linesOf, spansAt } from './shape.ts';
import { regionStatistics } from './statistics.ts';
import { beginHistory, record, redo, undo } from './undo.ts';

const slide = { name: 'a.svs', width: 1000, height: 800 };
const square = (x: number, y: number, size: number) => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
/** A square of 100 with a hole of 20, and another of 10 beside it. */
const holed: RegionGeometry = {
  type: 'MultiPolygon',
  coordinates: [[square(0, 0, 100), square(40, 40, 20)], [square(200, 0, 10)]],
};

test('area takes holes out, the extent goes around all', () => {
  expect(areaPx2(holed)).toBe(100 * 100 - 20 * 20 + 10 * 10);
  expect(extentOf(holed)).toEqual({ x: 0, y: 0, width: 210, height: 100 });
  expect(areaPx2({ type: 'LineString', coordinates: square(0, 0, 5) })).toBe(0);
});

test('what polygons of one region share counts once, in its area as in its cells', () => {
  const over: RegionGeometry = { type: 'MultiPolygon', coordinates: [[square(0, 0, 100)], [square(50, 50, 100)]] };
  expect(areaPx2(over)).toBe(2 * 100 * 100 - 50 * 50);
  // A hole filled by another polygon is no hole; sides that cross between corners; the same outline twice.
  expect(
    areaPx2({
      type: 'GeometryCollection',
      geometries: [holed, { type: 'Polygon', coordinates: [square(30, 30, 40)] }],
    }),
  ).toBe(100 * 100 + 10 * 10);
  const [up, down] = [
    [
      [0, 0],
      [100, 0],
      [50, 100],
      [0, 0],
    ],
    [
      [0, 100],
      [50, 0],
      [100, 100],
      [0, 100],
    ],
  ];
  expect(areaPx2({ type: 'MultiPolygon', coordinates: [[up], [down]] })).toBeCloseTo(5000 + 5000 - 2500, 6);
  expect(areaPx2({ type: 'MultiPolygon', coordinates: [[up], [up]] })).toBeCloseTo(5000, 6);
});

test('an outline that crosses itself has the area of both its parts', () => {
  const bow = polygonThrough([
    { x: 0, y: 0 },
    { x: 100, y: 100 },
    { x: 100, y: 0 },
    { x: 0, y: 100 },
  ]);
  expect(areaPx2(bow)).toBeCloseTo(5000, 6);
});

test('a freehand outline of 20,000 corners is measured as the formula for simple outlines has it', () => {
  const corners = Array.from({ length: 20_000 }, (_, at) => {
    const angle = (2 * Math.PI * at) / 20_000;
    const radius = 3000 + 400 * Math.sin(37 * angle);
    return { x: 4000 + radius * Math.cos(angle), y: 4000 + radius * Math.sin(angle) };
  });
  const outline = polygonThrough(corners);
  const ring = outline.type === 'Polygon' ? (outline.coordinates[0] ?? []) : [];
  const twice = ring.reduce((sum, [x0 = 0, y0 = 0], at) => {
    const [x1 = 0, y1 = 0] = ring[(at + 1) % ring.length] ?? [];
    return sum + x0 * y1 - x1 * y0;
  }, 0);
  // Whole px: an outline of steps this fine touches itself by less than this.
  expect(Math.abs(areaPx2(outline) / (Math.abs(twice) / 2) - 1)).toBeLessThan(1e-5);
});

test('a line through it is inside between crossings, not in holes', () => {
  expect(spansAt(holed, 50)).toEqual([
    [0, 40],
    [60, 100],
  ]);
  expect(spansAt(holed, 5)).toEqual([
    [0, 100],
    [200, 210],
  ]);
  expect(spansAt(holed, 100)).toEqual([]);
});

describe('statistics', () => {
  // 10 x 8 cells of 10 px from (20, 10) on; class 1 right of column 5; one cell not done.
  const cells = 80;
  const grid = {
    region: { x: 20, y: 10, width: 100, height: 80 },
    cellSize: 10,
    columns: 10,
    rows: 8,
    classNames: ['a', 'b'],
    status: Uint8Array.from({ length: cells }, (_, cell) => (cell === 0 ? 0 : 1)),
    probabilities: Float32Array.from({ length: cells * 2 }, (_, i) => {
      const right = (i >> 1) % 10 >= 5;
      return right === (i % 2 === 1) ? 0.75 : 0.25;
    }),
    entropy: Float32Array.from({ length: cells }, (_, cell) => (cell % 10) / 10),
    familiarity: Float32Array.from({ length: cells }, (_, cell) => (cell % 10) / 10),
  };
  const scale = { mppX: 0.5, mppY: 0.25 };

  test('counts the cells whose centre is inside, done ones only', () => {
    const whole = regionStatistics(polygonOfRect({ x: 0, y: 0, width: 500, height: 500 }), grid, scale);
    expect(whole).toMatchObject({ cells: 79, classCells: [39, 40] });
    // Centres at 65, 75, 85 and 25, 35: columns 4 to 6 of rows 1 and 2.
    const part = regionStatistics(polygonOfRect({ x: 61, y: 22, width: 26, height: 16 }), grid, scale);
    expect(part).toMatchObject({ cells: 6, classCells: [2, 4] });
    expect(part.meanEntropy).toBeCloseTo(0.5, 6);
    expect(part.analysedMm2).toBeCloseTo((6 * 10 * 10 * 0.5 * 0.25) / 1e6, 12);
    expect(part.doubt).toEqual({ uncertain: null, unlike: null });
    expect(part.areaMm2).toBeCloseTo((26 * 16 * 0.5 * 0.25) / 1e6, 12);
  });

  test('the doubt is of the cells inside alone', () => {
    const limits = { uncertainBelow: 0.8, familiarityThreshold: 0.45 };
    const rect = polygonOfRect({ x: 61, y: 22, width: 26, height: 16 });
    expect(regionStatistics(rect, grid, scale, limits).doubt).toEqual({ uncertain: 1, unlike: 1 / 3 });
  });

  test('a triangle, against every centre one by one', () => {
    const triangle = polygonThrough([
      { x: 25, y: 12 },
      { x: 118, y: 40 },
      { x: 40, y: 88 },
    ]);
    let inside = 0;
    for (let cell = 1; cell < cells; cell++) {
      const x = 25 + (cell % 10) * 10;
      const y = 15 + Math.floor(cell / 10) * 10;
      const sides = [
        (118 - 25) * (y - 12) - (40 - 12) * (x - 25),
        (40 - 118) * (y - 40) - (88 - 40) * (x - 118),
        (25 - 40) * (y - 88) - (12 - 88) * (x - 40),
      ];
      if (sides.every((side) => side > 0)) inside += 1;
    }
    expect(regionStatistics(triangle, grid, scale).cells).toBe(inside);
  });

  test('without a result there is the area alone; a line has none', () => {
    const nothing = regionStatistics(holed, null, { mppX: null, mppY: null });
    const doubt = { uncertain: null, unlike: null };
    expect(nothing).toEqual({ areaMm2: null, cells: 0, analysedMm2: null, doubt, classCells: [], meanEntropy: null });
  });
});

/** As QuPath 0.5 writes annotations, with what other versions and scripts add. */
const fromQuPath = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      id: '5a1c7b0e-7d2f-4f5a-9d0b-3a5a2f1c9e11',
      geometry: { type: 'Polygon', coordinates: [square(10, 10, 50), square(20, 20, 5)] },
      properties: {
        objectType: 'annotation',
        name: 'Front 1',
        classification: { name: 'Tumor', color: [200, 0, 0] },
        isLocked: true,
        measurements: { 'Area µm^2': 600.25 },
        metadata: { reader: 'A' },
      },
    },
    {
      type: 'Feature',
      id: 'PathAnnotationObject',
      geometry: { type: 'Polygon', coordinates: [square(0, 0, 9.5)], isEllipse: true, plane: { c: -1, z: 1, t: 0 } },
      properties: { object_type: 'annotation', classification: { name: 'Stroma', colorRGB: -6895466 } },
    },
    {
      type: 'Feature',
      id: '2f0b6f0c-3a56-4b60-8c39-0c9f3e2d7a55',
      geometry: {
        type: 'MultiPoint',
        coordinates: [
          [1.5, 2],
          [3, 4],
        ],
      },
      properties: { objectType: 'annotation', color: [1, 2, 3] },
    },
    {
      type: 'Feature',
      id: '0b77f9a5-64b1-47d5-8f0c-0c1f6ad4c3e2',
      geometry: holed,
      properties: { objectType: 'annotation' },
    },
  ],
};

describe('files', () => {
  test('names and colours come from where QuPath keeps them', () => {
    const { regions } = parseRegions(JSON.stringify(fromQuPath));
    expect(regions.map(({ name }) => name)).toEqual(['Front 1', 'Stroma', 'Region 3', 'Region 4']);
    expect(regions.map(({ colour }) => colour).slice(0, 3)).toEqual(['#c80000', '#96c896', '#010203']);
    expect(new Set(regions.map(({ id }) => id)).size).toBe(4);
  });

  test('what was read and not changed is written back whole', () => {
    const { regions } = parseRegions(JSON.stringify(fromQuPath));
    const written = JSON.parse(formatRegions(regions, slide));
    fromQuPath.features.forEach((feature, index) => {
      const back = written.features[index];
      expect(back.geometry).toEqual(feature.geometry);
      expect(back.properties).toMatchObject(feature.properties);
    });
    expect(parseRegions(JSON.stringify(written)).regions.map(({ feature: _, ...region }) => region)).toEqual(
      regions.map(({ feature: _, ...region }) => region),
    );
  });

  test('a new name and colour, and numbers, join what was there', () => {
    const [first] = parseRegions(JSON.stringify(fromQuPath)).regions;
    if (first === undefined) throw new Error('There is a first.');
    const changed = { ...first, name: 'Edge', colour: '#00b0ff' };
    const text = formatRegions([changed], slide, { [first.id]: { mean_entropy: 0.5 } });
    const { properties } = JSON.parse(text).features[0];
    expect(properties).toMatchObject({
      name: 'Edge',
      color: [0, 176, 255],
      classification: { name: 'Tumor', color: [200, 0, 0] },
      measurements: { 'Area µm^2': 600.25, mean_entropy: 0.5 },
    });
  });

  const collection = {
    type: 'FeatureCollection',
    name: 'batch 3',
    crs: { type: 'name', properties: { name: 'pixels' } },
    bbox: [0, 0, 1, 1],
    slide: 'A-17',
    features: [
      {
        type: 'Feature',
        id: '1c9b7a51-1f7e-4a53-8a0e-6b2f0d1c2e3f',
        geometry: {
          type: 'GeometryCollection',
          geometries: [
            { type: 'Polygon', coordinates: [square(0, 0, 100)], isEllipse: true },
            { type: 'GeometryCollection', geometries: [{ type: 'Polygon', coordinates: [square(50, 0, 100)] }] },
            { type: 'Point', coordinates: [300, 20] },
          ],
        },
        properties: { objectType: 'annotation', name: 'mixed', color: [1, 2, 3], isLocked: true },
      },
    ],
  };

  test('members of the collection and geometries of several kinds come back as they were', () => {
    const { regions, members } = parseRegions(JSON.stringify(collection));
    const written = JSON.parse(formatRegions(regions, slide, {}, members));
    // The box is around what is in the file now.
    expect(written).toEqual({ ...collection, bbox: [0, 0, 300, 100] });
    expect(linesOf(regions[0]?.geometry ?? holed)).toHaveLength(3);
    // Polygons that overlap: no place is inside twice.
    expect(spansAt(regions[0]?.geometry ?? holed, 50)).toEqual([[0, 150]]);
    // Our own note of the slide is of this slide, not of the one the file came from.
    const elsewhere = parseRegions(formatRegions(regions, { ...slide, name: 'b.svs' }));
    expect(JSON.parse(formatRegions([], slide, {}, elsewhere.members)).slide).toEqual(slide);
  });

  test('a lock is read, and written only where it was changed', () => {
    const { regions } = parseRegions(JSON.stringify(collection));
    expect(regions.map(isLocked)).toEqual([true]);
    const lockOf = (locked?: boolean) =>
      JSON.parse(
        formatRegions(
          regions.map((region) => ({ ...region, ...(locked === undefined ? {} : { locked }) })),
          slide,
        ),
      ).features[0].properties.isLocked;
    expect([lockOf(), lockOf(true), lockOf(false)]).toEqual([true, true, false]);
    const drawn = { id: crypto.randomUUID(), name: 'A', colour: '#ffd400', geometry: holed, feature: null };
    const plain = JSON.parse(formatRegions([drawn, { ...drawn, locked: true }], slide)).features;
    expect(plain.map(({ properties }: { properties: object }) => 'isLocked' in properties)).toEqual([false, true]);
  });

  test('one drawn here keeps to QuPath’s rules', () => {
    const geometry = polygonOfRect({ x: 1, y: 2, width: 30, height: 40 });
    const drawn = { id: crypto.randomUUID(), name: 'A', colour: '#ffd400', geometry, feature: null };
    expect(qupathProblems(formatRegions([drawn], slide, { [drawn.id]: { area_mm2: 1 } }))).toEqual([]);
  });

  test('nesting without end is refused when it is read, not met when it is written again', () => {
    const deep = `{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"a":${'['.repeat(3000)}${']'.repeat(3000)}}`;
    expect(() => parseRegions(deep)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  test('a bare feature and a bare list are read; other things are refused in words', () => {
    expect(parseRegions(JSON.stringify(fromQuPath.features[0])).regions).toHaveLength(1);
    expect(parseRegions(JSON.stringify(fromQuPath.features)).regions).toHaveLength(4);
    for (const bad of ['', '{}', '[{"type":"Feature"}]', '{"type":"FeatureCollection","features":3}', 'null']) {
      expect(() => parseRegions(bad)).toThrow(expect.objectContaining({ code: 'damaged' }));
    }
  });
});

test('undo and redo go back and forth; a change after undo ends what was undone', () => {
  let history = record(record(beginHistory('a'), 'b'), 'c');
  history = undo(history);
  expect(history.present).toBe('b');
  expect(redo(history).present).toBe('c');
  expect(undo(undo(undo(history))).present).toBe('a');
  history = record(history, 'd');
  expect(redo(history).present).toBe('d');
  expect(undo(history).present).toBe('b');
});
