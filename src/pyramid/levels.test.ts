import { describe, expect, test } from 'vitest';
import { isFailure } from '../lib/failure.ts';
import type { Pyramid } from './geometry.ts';
import { downsampleOfWidths, levelForSpacing, meanMpp, requireMpp, tileCounts } from './levels.ts';
import { magnificationOf, spacingOf } from './magnification.ts';

function pyramid(mpp: number | null, downsamples: readonly number[]): Pyramid {
  const width = 4000;
  const levels = downsamples.map((downsample) => ({
    width: Math.ceil(width / downsample),
    height: Math.ceil(width / downsample),
    downsample,
    tileWidth: 256,
    tileHeight: 256,
  }));
  return { width, height: width, mppX: mpp, mppY: mpp, levels };
}

function codeOf(action: () => unknown): string | null {
  try {
    action();
  } catch (error) {
    return isFailure(error) ? error.code : String(error);
  }
  return null;
}

describe('downsample', () => {
  test.each([
    [4443, 2221, 2],
    [9272, 145, 64],
    [2220, 2220, 1],
    [1000, 334, 3],
    [1000, 300, 1000 / 300],
    [1000, 980, 1000 / 980],
  ])('of widths %d and %d is %d', (level0, level, expected) => {
    expect(downsampleOfWidths(level0, level)).toBe(expected);
  });
});

describe('the level for a spacing', () => {
  test.each([
    [0.25, [1, 2, 4, 8], 0.25, 0],
    [0.25, [1, 2, 4, 8], 0.5, 1],
    [0.25, [1, 2, 4, 8], 0.62, 1],
    [0.25, [1, 4, 16], 0.991, 1], // 1 um/px is within 1 % of 0.991
    [0.25, [1, 4, 16], 0.985, 0], // and not of 0.985
    [0.65, [1, 2], 0.62, 0], // 4.8 % finer than the slide: level 0, as near as it gets
    [0.69, [1, 2, 4], 100, 2],
  ])('mpp %d, downsamples %j, spacing %d: level %d', (mpp, downsamples, spacing, level) => {
    expect(levelForSpacing(pyramid(mpp, downsamples), spacing)).toBe(level);
  });

  test('refuses to invent detail, and to guess the scale', () => {
    expect(codeOf(() => levelForSpacing(pyramid(0.66, [1, 2]), 0.62))).toBe('spacing-too-fine');
    expect(codeOf(() => levelForSpacing(pyramid(null, [1, 2]), 0.62))).toBe('mpp-unknown');
  });
});

test('mean spacing', () => {
  expect(meanMpp({ mppX: 0.5, mppY: 0.7 })).toBeCloseTo(0.6, 12);
  expect(meanMpp({ mppX: 0.5, mppY: null })).toBeNull();
  expect(requireMpp({ mppX: 0.5, mppY: 0.5 })).toEqual({ mppX: 0.5, mppY: 0.5, mpp: 0.5 });
});

test('tiles across and down count the cut ones', () => {
  expect(tileCounts({ width: 513, height: 256, downsample: 1, tileWidth: 256, tileHeight: 256 })).toEqual({
    columns: 3,
    rows: 1,
  });
});

test('magnification and spacing are one thing', () => {
  expect(magnificationOf(0.25)).toBe(40);
  expect(spacingOf(20)).toBe(0.5);
  expect(spacingOf(magnificationOf(0.69))).toBeCloseTo(0.69, 12);
});
