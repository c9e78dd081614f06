import { expect, test } from 'vitest';
import { copiesWithin, modelBudgetBytes, requireWithinBudget } from './model-budget.ts';

const MIB = 2 ** 20;

test.each([
  [0.5, 64],
  [2, 256],
  [4, 512],
  [8, 1024],
  [32, 1024],
])('a device of %d GiB gives a model %i MiB', (memoryGiB, mebibytes) => {
  expect(modelBudgetBytes(memoryGiB)).toBe(mebibytes * MIB);
});

test('weights and layers count together, to the byte', () => {
  expect(() => requireWithinBudget({ weightBytes: 100 * MIB, layerBytes: 156 * MIB }, 2)).not.toThrow();
  expect(() => requireWithinBudget({ weightBytes: 100 * MIB, layerBytes: 156 * MIB + 1 }, 2)).toThrow();
});

test.each([
  [
    6.4 * 1024 * MIB,
    2048,
    8,
    /weights take 6\.4 GiB .* layer less than 1 MiB, but .* 1 GiB here\. .* smaller model\.$/,
  ],
  [300 * MIB, 2 * MIB, 2, /weights take 300 MiB .* 2 MiB, but .* 256 MiB here\. .*, or a device with more memory\.$/],
  [1e100, Infinity, 8, /weights take more than 1024 GiB .* more than 1024 GiB/],
  [Number.NaN, 0, 8, /too large/],
])('%d and %d bytes are refused in words on %d GiB', (weightBytes, layerBytes, memoryGiB, message) => {
  expect(() => requireWithinBudget({ weightBytes, layerBytes }, memoryGiB)).toThrow(
    expect.objectContaining({ code: 'out-of-memory', message: expect.stringMatching(message) }),
  );
});

test('a large model gets fewer copies', () => {
  expect(copiesWithin(2 * MIB, 8)).toBe(512);
  expect(copiesWithin(300 * MIB, 8)).toBe(3);
  expect(copiesWithin(300 * MIB, 2)).toBe(0);
});
