import { afterEach, expect, test, vi } from 'vitest';
import { openSlide } from '../registry.ts';
import { serveWeb } from '../web.fixture.ts';
import { parseZoomify, zoomifyLevels } from './zoomify.ts';

const signal = new AbortController().signal;
const xml = (width: number, height: number, tiles: number | '' = '') =>
  `<IMAGE_PROPERTIES WIDTH="${width}" HEIGHT="${height}" NUMTILES="${tiles}" NUMIMAGES="1" VERSION="1.8" TILESIZE="256"/>`;

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  // 513 px: halved down the second level is one tile wide, halved up two.
  { width: 513, height: 200, tiles: 3 + 1, widths: [513, 256] },
  { width: 513, height: 200, tiles: 3 + 2 + 1, widths: [513, 257, 129] },
  { width: 200, height: 100, tiles: 1, widths: [200] },
])('$width px in $tiles tiles', ({ width, height, tiles, widths }) => {
  const levels = zoomifyLevels(parseZoomify(xml(width, height, tiles)));
  expect(levels.map((level) => level.width)).toEqual(widths);
  expect(levels.map(({ downsample }) => downsample)).toEqual(widths.map((_, k) => 2 ** k));
});

test.each([
  ['by a path', 'http://host/a/ImageProperties.xml', 'http://host/a/'],
  ['by an image server’s query', 'http://host/iip?Zoomify=b.tif/ImageProperties.xml', 'http://host/iip?Zoomify=b.tif/'],
])('tiles are numbered from the coarsest level and put into groups of 256: %s', async (_name, link, folder) => {
  // 17 x 16 tiles, 9 x 8, 5 x 4, 3 x 2, 2 x 1 and 1: 1 + 2 + 6 + 20 + 72 = 101 come before the finest level.
  const group0 = `${folder}TileGroup0/5-0-0.jpg`;
  const group1 = `${folder}TileGroup1/5-2-9.jpg`;
  const asked = serveWeb({ [link]: xml(4300, 4000, 373), [group0]: 'first', [group1]: 'later' });
  const slide = await openSlide({ kind: 'url', url: link }, signal);
  expect(slide.description).toMatchObject({ format: 'Zoomify', width: 4300, height: 4000, mppX: null });
  expect(await slide.readTile({ level: 0, column: 0, row: 0 }, signal)).toMatchObject({ kind: 'encoded' });
  expect(await slide.readTile({ level: 0, column: 2, row: 9 }, signal)).toMatchObject({
    kind: 'encoded',
    core: { x: 0, y: 0, width: 256, height: 256 },
  });
  expect(asked).toEqual([link, group0, group1]);
});

test.each([
  ['not-a-slide', '<IMAGE_PROPERTIES WIDTH="0" HEIGHT="10" TILESIZE="256"/>'],
  ['not-a-slide', '<IMAGE_PROPERTIES WIDTH="100" HEIGHT="10"/>'],
  ['damaged', '<IMAGE_PROPERTIES WIDTH="99999999999" HEIGHT="10" TILESIZE="256"/>'],
  ['not-a-slide', '<!DOCTYPE a [<!ENTITY b "bbbb">]><IMAGE_PROPERTIES WIDTH="&b;" HEIGHT="10" TILESIZE="256"/>'],
])('refuses with %s: %s', async (code, text) => {
  serveWeb({ 'http://host/ImageProperties.xml': text });
  const opening = openSlide({ kind: 'url', url: 'http://host/ImageProperties.xml' }, signal);
  await expect(opening).rejects.toMatchObject({ code });
});
