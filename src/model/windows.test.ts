import { expect, test } from 'vitest';
import { areWholeRasters, copyWindows, windowRows } from './windows.ts';

const map = { batch: 2, rows: 5, columns: 7, channels: 3 };
const values = Float32Array.from({ length: 2 * 5 * 7 * 3 }, (_, index) => index);

test('a window is its rows of cells; the last is repeated to fill up', () => {
  const windows = [
    { item: 0, row: 1, column: 2 },
    { item: 1, row: 3, column: 5 },
  ];
  const second = [35 + 26, 35 + 27, 35 + 33, 35 + 34];
  expect([...windowRows(map, windows, 2, 3)]).toEqual([9, 10, 16, 17, ...second, ...second]);
});

test('copying gives the very cells that the rows name', () => {
  const windows = [0, 1].flatMap((item) => [0, 2].map((row) => ({ item, row, column: 4 - row })));
  const rows = windowRows(map, windows, 3, 6);
  const copied = copyWindows(values, map, windows, 3, 6);
  expect([...copied]).toEqual([...rows].flatMap((row) => [row * 3, row * 3 + 1, row * 3 + 2]));
});

test('whole rasters need no cutting', () => {
  const square = { batch: 2, rows: 4, columns: 4 };
  const whole = [0, 1].map((item) => ({ item, row: 0, column: 0 }));
  expect(areWholeRasters(square, whole, 4)).toBe(true);
  expect(areWholeRasters(square, [...whole].reverse(), 4)).toBe(false);
  expect(areWholeRasters(square, whole.slice(1), 4)).toBe(false);
  expect(areWholeRasters({ ...square, rows: 5 }, whole, 4)).toBe(false);
});

test.each([
  { item: 0, row: 3, column: 0 },
  { item: 2, row: 0, column: 0 },
  { item: 0, row: 0, column: -1 },
  { item: 0, row: 0.5, column: 0 },
])('%o leaves the map', (window) => {
  expect(() => windowRows(map, [window], 3, 1)).toThrow(/leaves its map/);
  expect(() => copyWindows(values, map, [window], 3, 1)).toThrow(/leaves its map/);
});
