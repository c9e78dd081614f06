import jpeg from 'jpeg-js';
import { expect, test } from 'vitest';
import { encodeTile, OVERLAP_PX, TILE_PX, tileRows } from './deep-zoom-writer.ts';

test('tiles overlap by one pixel, end with the picture and decode to its colours', () => {
  const widthPx = TILE_PX + 40;
  const heightPx = 24;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i++) rgb.set([(i % widthPx) % 200, 90, 160], i * 3);
  const level = { widthPx, heightPx, rgb };
  expect(tileRows(level)).toBe(1);
  const first = jpeg.decode(encodeTile(level, 0, 0));
  const second = jpeg.decode(encodeTile(level, 1, 0));
  expect([first.width, first.height]).toEqual([TILE_PX + OVERLAP_PX, heightPx]);
  expect([second.width, second.height]).toEqual([40 + OVERLAP_PX, heightPx]);
  for (const x of [5, 20, 38]) {
    const red = second.data[(10 * second.width + x) * 4] ?? Number.NaN;
    expect(Math.abs(red - ((TILE_PX - OVERLAP_PX + x) % 200))).toBeLessThan(8);
  }
});
