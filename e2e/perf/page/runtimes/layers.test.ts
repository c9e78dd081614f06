import { expect, test } from 'vitest';
import { transposed } from './layers.ts';

test('turns the axes of weights about', () => {
  const weights = { shape: [2, 3], values: Float32Array.from([1, 2, 3, 4, 5, 6]) };
  expect(transposed(weights, [1, 0])).toEqual({ shape: [3, 2], values: Float32Array.from([1, 4, 2, 5, 3, 6]) });
  const back = transposed(transposed({ shape: [1, 2, 1, 3], values: weights.values }, [3, 0, 1, 2]), [1, 2, 3, 0]);
  expect(back).toEqual({ shape: [1, 2, 1, 3], values: weights.values });
});
