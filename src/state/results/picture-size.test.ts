import { expect, test } from 'vitest';
import { isPictureFeasible, pictureSize, pictureSpacing } from './picture-size.ts';

const slide = { mppX: 0.5, mppY: 0.25 };

test('a picture is as many px as its micrometres ask for, whatever the shape of the slide’s pixels', () => {
  const rect = { x: 10, y: 20, width: 4000, height: 4000 };
  expect(pictureSize(slide, rect, 1)).toEqual({ width: 2000, height: 1000 });
  expect(pictureSize(slide, { ...rect, width: 0.1, height: 0.1 }, 40)).toEqual({ width: 1, height: 1 });
});

test('a picture is never finer than the slide', () => {
  expect(pictureSpacing(slide, 10)).toBe(1);
  expect(pictureSpacing(slide, 40)).toBe(0.5);
  expect(() => pictureSpacing({ mppX: null, mppY: null }, 10)).toThrow(/how large its p/);
});

test('what no browser can hold is told before it is drawn', () => {
  expect(isPictureFeasible({ width: 10_000, height: 10_000 })).toBe(true);
  expect(isPictureFeasible({ width: 10_001, height: 10_000 })).toBe(false);
  expect(isPictureFeasible({ width: 16_385, height: 1 })).toBe(false);
});
