import { encode } from 'fast-png';
import { afterEach, expect, test, vi } from 'vitest';
import { openSlide } from '../registry.ts';
import { serveWeb } from '../web.fixture.ts';

const signal = new AbortController().signal;
const link = 'http://host/slides/a.json?key=1';

afterEach(() => {
  vi.unstubAllGlobals();
});

async function open(description: object) {
  const asked = serveWeb({ [link]: JSON.stringify(description) });
  const slide = await openSlide({ kind: 'url', url: link }, signal);
  return { slide, asked };
}

test('one pattern for all levels, with the scale', async () => {
  const { slide, asked } = await open({
    width: 3000,
    height: 2001,
    tileSize: 512,
    tileOverlap: 2,
    minLevel: 10,
    maxLevel: 12,
    url: 'tiles/{z}/{y}-{x}.webp',
    mpp_x: 0.25,
    mpp_y: 0.26,
    objective_power: 40,
  });
  expect(slide.description).toMatchObject({
    mppX: 0.25,
    mppY: 0.26,
    mppSource: 'manifest',
    objectivePower: 40,
    levels: [
      { width: 3000, height: 2001, downsample: 1 },
      { width: 1500, height: 1001, downsample: 2 },
      { width: 750, height: 501, downsample: 4 },
    ],
  });
  await slide.readTile({ level: 1, column: 2, row: 0 }, signal);
  expect(asked.at(-1)).toBe('http://host/slides/tiles/11/0-2.webp?key=1');
});

test('a list of levels: whole pictures, or tiles', async () => {
  const { slide, asked } = await open({
    type: 'legacy-image-pyramid',
    tileSize: 256,
    levels: [
      { url: 'small.jpg', width: 600, height: 400 },
      { url: 'large/{x}_{y}.jpg', width: 2400, height: 1601 },
    ],
  });
  expect(slide.description.levels).toMatchObject([
    { width: 2400, downsample: 1, tileWidth: 256 },
    { width: 600, downsample: 4, tileWidth: 600, tileHeight: 400 },
  ]);
  expect(slide.description.mppSource).toBeNull();
  await slide.readTile({ level: 1, column: 0, row: 0 }, signal);
  await slide.readTile({ level: 0, column: 9, row: 6 }, signal);
  expect(asked.slice(1)).toEqual(['http://host/slides/small.jpg?key=1', 'http://host/slides/large/9_6.jpg?key=1']);
});

test.each([
  ['not-a-slide', '{"tileSize": 256, "width": 10}'],
  ['not-a-slide', '{"tileSize": 256, "width": 10, "height": 10, "url": "one.jpg"}'],
  ['not-a-slide', '{"levels": [{"width": "wide", "height": 10, "url": "a.jpg"}]}'],
  ['not-a-slide', '{"minLevel": 9, "maxLevel": 3, "tileSize": 256, "width": 10, "height": 10, "url": "{x}"}'],
  ['damaged', '{"levels": [{"width": 7'],
  ['unsupported-format', '{"levels": [{"width": 50000, "height": 50000, "url": "a.jpg"}]}'],
])('refuses with %s: %s', async (code, text) => {
  serveWeb({ [link]: text });
  await expect(openSlide({ kind: 'url', url: link }, signal)).rejects.toMatchObject({ code });
});

test('a tile that promises more pixels than memory holds is refused before it is decoded', async () => {
  const bomb = encode({ width: 16, height: 16, data: new Uint8Array(3 * 256), channels: 3 });
  new DataView(bomb.buffer).setUint32(16, 60_000);
  new DataView(bomb.buffer).setUint32(20, 60_000);
  const description = { width: 300, height: 200, tileSize: 256, url: '{z}/{x}_{y}.png' };
  serveWeb({ [link]: JSON.stringify(description), 'http://host/slides/9/0_0.png?key=1': Uint8Array.from(bomb) });
  const slide = await openSlide({ kind: 'url', url: link }, signal);
  const reading = slide.readTile({ level: 0, column: 0, row: 0 }, signal);
  await expect(reading).rejects.toMatchObject({ code: 'damaged' });
});
