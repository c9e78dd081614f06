import { expect, test } from 'vitest';
import { calibrate, normalisedEntropy } from './calibrate.ts';

test('softmax at a temperature, row by row, by hand', () => {
  const logits = Float32Array.of(Math.log(2), Math.log(1), Math.log(1), 0, 0, 0);
  expect([...calibrate(logits, 3, 1)]).toEqual([0.5, 0.25, 0.25, 1 / 3, 1 / 3, 1 / 3].map(Math.fround));
  // At temperature 1/2 the odds are squared: 4 : 1 : 1.
  const sharper = calibrate(logits, 3, 0.5);
  expect(sharper[0]).toBeCloseTo(4 / 6, 6);
  expect(sharper[1]).toBeCloseTo(1 / 6, 6);
});

test('large logits neither overflow nor change the answer', () => {
  const [a, b] = calibrate(Float32Array.of(2000, 1998), 2, 1);
  expect(a).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  expect((a ?? 0) + (b ?? 0)).toBeCloseTo(1, 6);
});

test('entropy runs from 0 to 1', () => {
  const entropy = normalisedEntropy(Float32Array.of(1, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0), 3);
  expect(entropy[0]).toBe(0);
  expect(entropy[1]).toBeCloseTo(1, 6);
  expect(entropy[2]).toBeCloseTo(Math.log(2) / Math.log(3), 6);
});
