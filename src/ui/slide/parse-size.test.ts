// What people type is read as they mean it, or refused.
import { expect, test } from 'vitest';
import { parseMpp, parsePositive } from './parse-size.ts';

test.each([
  ['0.25', 0.25],
  [' 0,2527 ', 0.2527],
  ['1e-1', 0.1],
  ['', null],
  ['-1', null],
  ['0', null],
  ['1000', null],
  ['0.25 um', null],
  [null, null],
])('%s', (text, expected) => {
  expect(parseMpp(text)).toBe(expected);
});

test('a length may be large, but not endless', () => {
  expect(parsePositive('20000')).toBe(20_000);
  expect(parsePositive('Infinity')).toBeNull();
});
