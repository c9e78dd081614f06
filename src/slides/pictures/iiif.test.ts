import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSlide } from '../registry.ts';
import { serveWeb } from '../web.fixture.ts';
import { parseIiif } from './iiif-description.ts';

const signal = new AbortController().signal;
const link = 'http://host/iiif/a%2Fb.tif/info.json';
const version2 = {
  '@context': 'http://iiif.io/api/image/2/context.json',
  '@id': 'http://elsewhere/iiif/a%2Fb.tif',
  protocol: 'http://iiif.io/api/image',
  profile: ['http://iiif.io/api/image/2/level1.json'],
  width: 1000,
  height: 700,
  tiles: [{ width: 256, scaleFactors: [1, 2, 4] }],
};
const version3 = {
  ...version2,
  '@context': 'http://iiif.io/api/image/3/context.json',
  '@id': undefined,
  id: 'http://elsewhere/iiif/a%2Fb.tif',
  type: 'ImageService3',
  profile: 'level2',
  tiles: [{ width: 256, height: 128, scaleFactors: [1, 2, 4] }],
};

afterEach(() => {
  vi.unstubAllGlobals();
});

async function tilesAsked(info: object, addresses: readonly [level: number, column: number, row: number][]) {
  const asked = serveWeb({ [link]: JSON.stringify(info) });
  const slide = await openSlide({ kind: 'url', url: link }, signal);
  for (const [level, column, row] of addresses) await slide.readTile({ level, column, row }, signal);
  return { slide, asked: asked.slice(1).map((url) => url.replace('http://host/iiif/a%2Fb.tif/', '')) };
}

describe('tiles are asked in the canonical form, where the info.json was found', () => {
  test('version 2', async () => {
    const { slide, asked } = await tilesAsked(version2, [
      [0, 0, 0],
      [0, 3, 2],
      [1, 1, 1],
      [2, 0, 0],
    ]);
    expect(slide.description).toMatchObject({ name: 'a/b.tif', format: 'IIIF Image 2', width: 1000, height: 700 });
    expect(slide.description.levels.map(({ downsample, width }) => [downsample, width])).toEqual([
      [1, 1000],
      [2, 500],
      [4, 250],
    ]);
    expect(asked).toEqual([
      '0,0,256,256/256,/0/default.jpg',
      '768,512,232,188/232,/0/default.jpg',
      '512,512,488,188/244,/0/default.jpg',
      'full/250,/0/default.jpg',
    ]);
  });

  test('version 3', async () => {
    const { slide, asked } = await tilesAsked(version3, [
      [0, 3, 5],
      [2, 0, 1],
    ]);
    expect(slide.description.format).toBe('IIIF Image 3');
    expect(asked).toEqual(['768,640,232,60/232,60/0/default.jpg', '0,512,1000,188/250,47/0/default.jpg']);
  });

  test('fixed files without tiles are whole pictures', async () => {
    const { tiles: _, ...rest } = version2;
    const sizes = [
      { width: 250, height: 175 },
      { width: 500, height: 350 },
    ];
    const info = { ...rest, profile: 'http://iiif.io/api/image/2/level0.json', sizes };
    const { asked } = await tilesAsked(info, [
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(asked).toEqual(['full/full/0/default.jpg', 'full/500,/0/default.jpg']);
  });
});

test('the scale comes from the service for physical dimensions, if from anywhere', () => {
  const physical = {
    '@context': 'http://iiif.io/api/annex/services/physdim/1/context.json',
    profile: 'http://iiif.io/api/annex/services/physdim',
    physicalScale: 0.000025,
    physicalUnits: 'cm',
  };
  expect(parseIiif(JSON.stringify(version2)).spacing).toBeNull();
  expect(parseIiif(JSON.stringify({ ...version2, service: physical })).spacing?.mppX).toBeCloseTo(0.25, 10);
  expect(parseIiif(JSON.stringify({ ...version3, service: [{}, physical] })).spacing?.mppY).toBeCloseTo(0.25, 10);
  const print = { ...physical, physicalScale: 0.01, physicalUnits: 'in' };
  expect(parseIiif(JSON.stringify({ ...version2, service: print })).spacing).toBeNull();
});

test.each([
  ['damaged', '{"@context": "http://iiif.io/api/image/2/context.json", "width"'],
  ['not-a-slide', JSON.stringify({ ...version2, width: -1 })],
  ['not-a-slide', JSON.stringify({ ...version2, '@id': undefined })],
  ['unsupported-format', JSON.stringify({ ...version2, '@context': 'http://iiif.io/api/image/1/context.json' })],
  ['unsupported-format', JSON.stringify({ ...version2, profile: 'level0', tiles: [{ width: 9, scaleFactors: [2] }] })],
  ['damaged', JSON.stringify({ ...version2, width: 4_000_000_000 })],
  [
    'unsupported-format',
    JSON.stringify({ ...version2, width: 90_000, height: 90_000, tiles: [{ width: 90_000, scaleFactors: [1] }] }),
  ],
])('refuses with %s: %s', async (code, text) => {
  serveWeb({ [link]: text });
  await expect(openSlide({ kind: 'url', url: link }, signal)).rejects.toMatchObject({ code });
});
