// Known figures measure what they should, with square pixels and others.
import { expect, test } from 'vitest';
import { areaOf, formatMicrons, formatSquareMicrons, lengthOf, perimeterOf, pixelSizeOfLine } from './measure.ts';

const triangle = [
  { x: 10, y: 10 },
  { x: 40, y: 10 },
  { x: 40, y: 50 },
];

test('a right triangle of 30 and 40 px', () => {
  const half = { mppX: 0.5, mppY: 0.5 };
  expect(lengthOf(triangle, half)).toBe(35);
  expect(perimeterOf(triangle, half)).toBe(60);
  expect(areaOf(triangle, half)).toBe(150);
  expect(areaOf([...triangle].reverse(), half)).toBe(150);
});

test('pixels twice as high as wide', () => {
  const tall = { mppX: 0.25, mppY: 0.5 };
  expect(lengthOf(triangle, tall)).toBe(27.5);
  expect(areaOf(triangle, tall)).toBe(75);
});

test('nothing measures nothing', () => {
  expect([lengthOf([], { mppX: 1, mppY: 1 }), perimeterOf([], { mppX: 1, mppY: 1 })]).toEqual([0, 0]);
  expect(areaOf(triangle.slice(0, 2), { mppX: 1, mppY: 1 })).toBe(0);
});

test('a line of known length gives the pixel size back', () => {
  const [from, , to] = triangle;
  if (from === undefined || to === undefined) throw new Error('three corners');
  expect(pixelSizeOfLine(from, to, 25, 1)).toEqual({ mppX: 0.5, mppY: 0.5 });
  const tall = pixelSizeOfLine(from, to, 100, 2);
  expect(tall === null ? Number.NaN : lengthOf([from, to], tall)).toBeCloseTo(100, 12);
  expect((tall?.mppY ?? 0) / (tall?.mppX ?? 1)).toBeCloseTo(2, 12);
  expect(pixelSizeOfLine(from, from, 25, 1)).toBeNull();
});

test('sizes are written in three figures', () => {
  expect([0.1234, 87.26, 999.6, 1234, 25_600].map(formatMicrons)).toEqual([
    '0.123 µm',
    '87.3 µm',
    '1000 µm',
    '1.23 mm',
    '25.6 mm',
  ]);
  expect([412.4, 9999, 32_540, 1.5e6].map(formatSquareMicrons)).toEqual([
    '412 µm²',
    '9999 µm²',
    '0.0325 mm²',
    '1.50 mm²',
  ]);
});
