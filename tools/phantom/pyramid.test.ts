import { expect, test } from 'vitest';
import { allocateLevels, fullLevel, halve } from './pyramid.ts';

test('levels run from one pixel to the full size', () => {
  expect(fullLevel(8192, 8192)).toBe(13);
  expect(fullLevel(8193, 10)).toBe(14);
  expect(allocateLevels(5, 3).map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 3],
  ]);
});

test('a pixel is the rounded mean of two by two, an odd edge counting twice', () => {
  const [lower, upper] = allocateLevels(3, 1).slice(1);
  if (lower === undefined || upper === undefined) throw new Error('levels missing');
  upper.rgb.set([10, 0, 255, 11, 1, 255, 7, 8, 9]);
  halve(upper, lower, 0, 1);
  expect([...lower.rgb]).toEqual([11, 1, 255, 7, 8, 9]);
});
