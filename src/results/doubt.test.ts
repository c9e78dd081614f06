// Shares of cells in doubt, against numbers counted by hand, and what is not known.

import { expect, test } from 'vitest';
import { doubtShares, limitsFor, noLimits } from './doubt.ts';
import { madeResult } from './made-result.fixture.ts';

// Done: cells 0 (0.9, familiarity 1), 1 (0.5, familiarity 0), 5 (0.75, familiarity 0.5).
const result = madeResult();

test('counts the done cells below a limit, not those at it', () => {
  expect(doubtShares(result, { uncertainBelow: 0.8, familiarityThreshold: 0.6 })).toEqual({
    uncertain: 2 / 3,
    unlike: 2 / 3,
  });
  expect(doubtShares(result, { uncertainBelow: 0.75, familiarityThreshold: 0.5 })).toEqual({
    uncertain: 1 / 3,
    unlike: 1 / 3,
  });
  expect(doubtShares(result, { uncertainBelow: 0.2, familiarityThreshold: 0 })).toEqual({ uncertain: 0, unlike: 0 });
});

test('of some cells only', () => {
  const limits = { uncertainBelow: 0.8, familiarityThreshold: 0.5 };
  expect(doubtShares(result, limits, [1, 2, 3, 4, 5])).toEqual({ uncertain: 1, unlike: 0.5 });
  expect(doubtShares(result, limits, [2, 3, 4])).toEqual({ uncertain: null, unlike: null });
});

test('is not known without a limit or without the familiarity', () => {
  expect(doubtShares(result, noLimits)).toEqual({ uncertain: null, unlike: null });
  const silent = { ...result, familiarity: null };
  expect(doubtShares(silent, { uncertainBelow: 0.8, familiarityThreshold: 0.5 })).toEqual({
    uncertain: 2 / 3,
    unlike: null,
  });
});

test('the limits of another version of the model, or of another model, do not hold', () => {
  const model = { id: 'made', version: '1.0.0', uncertainBelow: 0.8, familiarityThreshold: 0.5 };
  expect(limitsFor(model, { id: 'made', version: '1.0.0' })).toBe(model);
  expect(limitsFor(model, null)).toBe(model);
  expect(limitsFor(model, { id: 'made', version: '2.0.0' })).toEqual(noLimits);
  expect(limitsFor(model, { id: 'other', version: '1.0.0' })).toEqual(noLimits);
  expect(limitsFor(null, null)).toEqual(noLimits);
});
