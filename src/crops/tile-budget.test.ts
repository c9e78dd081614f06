import { expect, test } from 'vitest';
import { tileBudgetBytes } from './tile-budget.ts';

test.each([
  [0.25, 64],
  [0.5, 64],
  [1, 102],
  [2, 204],
  [4, 384],
  [8, 384],
  [32, 384],
])('a device of %s GiB keeps %i MiB of tiles', (memoryGiB, mebibytes) => {
  expect(tileBudgetBytes(memoryGiB)).toBe(mebibytes * 2 ** 20);
});
