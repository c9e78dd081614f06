import { expect, test } from 'vitest';
import { requiredMetrics } from './metrics.ts';
import { isWithin, type Machine, markdownOf, median, mergeReport, missingOf, percentile95 } from './report.ts';

const machine: Machine = { commit: 'a', date: '2026-01-01', cpu: 'c', cores: 2 };

test('holds medians beside their limits, and what is missing', () => {
  const report = mergeReport(null, machine, { speedup_naive_half: [18, 12, 17] });
  expect(report.metrics.speedup_naive_half).toEqual({
    value: 17,
    unit: 'ratio',
    target: { min: 16 },
    samples: [18, 12, 17],
  });
  expect(missingOf(report)).toHaveLength(Object.keys(requiredMetrics).length - 1);
  expect(missingOf(report)).not.toContain('speedup_naive_half');
});

test('keeps what the same commit measured, and nothing of another', () => {
  const before = mergeReport(null, machine, { first_cell_ms_warm: [900] });
  const added = { leak_after_100_opens: [0] };
  expect(Object.keys(mergeReport(before, machine, added).metrics)).toEqual([
    'first_cell_ms_warm',
    'leak_after_100_opens',
  ]);
  expect(Object.keys(mergeReport(before, { ...machine, commit: 'b' }, added).metrics)).toEqual([
    'leak_after_100_opens',
  ]);
});

test('takes no sample that is no number', () => {
  expect(() => mergeReport(null, machine, { leak_after_100_opens: [Number.NaN] })).toThrow('not a number');
  expect(() => mergeReport(null, machine, { leak_after_100_opens: [] })).toThrow('no sample');
});

test('knows medians and limits', () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1])).toBe(2.5);
  expect([isWithin(1, { min: 1 }), isWithin(0.9, { min: 1 }), isWithin(2, { max: 1 }), isWithin(5, null)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test('prints a table for the README, misses and gaps named', () => {
  const report = mergeReport(null, machine, { speedup_naive_half: [18, 12, 17], second_core_gain: [1.51234] });
  const lines = markdownOf(report);
  expect(lines[0]).toBe('Measured at commit a on 2026-01-01: c, 2 cores.');
  expect(lines).toContain('| `speedup_naive_half` | 17 (12 to 18) | min 16 | holds |');
  expect(lines).toContain('| `second_core_gain` | 1.51 | min 1.8 | **missed** |');
  expect(lines).toContain('| `first_cell_ms_warm` | not measured | | |');
});

test('the 95th percentile is of all that was measured, and of enough', () => {
  const values = Array.from({ length: 200 }, (_, k) => (k * 7) % 200);
  expect(percentile95(values)).toBe(189);
  expect(percentile95(values.slice(0, 20))).toBe(values.slice(0, 20).toSorted((a, b) => a - b)[18]);
  expect(() => percentile95(values.slice(0, 19))).toThrow('19 values');
  expect(() => percentile95([])).toThrow();
});
