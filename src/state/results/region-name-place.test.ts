// A region's name is in the picture, wherever its outline begins.
import { expect, test } from 'vitest';
import { regionNamePlace } from './region-name-place.ts';

test('a name stands above its outline, and within it where there is no room above', () => {
  expect(regionNamePlace({ x: 100, y: 300 }, 2)).toEqual({ x: 100, y: 290 });
  expect(regionNamePlace({ x: 100, y: 41 }, 2)).toEqual({ x: 100, y: 31 });
  expect(regionNamePlace({ x: 100, y: 40 }, 2)).toEqual({ x: 110, y: 76 });
  expect(regionNamePlace({ x: 0, y: 0 }, 1)).toEqual({ x: 5, y: 18 });
  // An outline that begins beyond the picture's corner.
  expect(regionNamePlace({ x: -400, y: -50 }, 1)).toEqual({ x: 5, y: 18 });
});
