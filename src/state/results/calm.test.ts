import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Calm } from './calm.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a moving view is told at once and once, and its rest after two seconds', () => {
  const told: boolean[] = [];
  const calm = new Calm((one) => told.push(one));
  for (let moves = 0; moves < 10; moves++) {
    calm.touch();
    vi.advanceTimersByTime(1900);
  }
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([true, false]);
  calm.touch();
  expect(told).toEqual([true, false, true]);
});
