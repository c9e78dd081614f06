// Rates over a made clock.
import { expect, test } from 'vitest';
import { RateMeter } from './rate-meter.ts';

test('says how many come a second, of the last seconds only', () => {
  let nowMs = 0;
  const meter = new RateMeter(() => nowMs);
  meter.start();
  expect(meter.add(5)).toBe(0);
  nowMs = 1000;
  expect(meter.add(10)).toBeCloseTo(15, 5);
  for (nowMs = 2000; nowMs <= 20000; nowMs += 1000) meter.add(2);
  nowMs = 21000;
  expect(meter.add(2)).toBeCloseTo(2, 5);
});

test('begins anew after a pause', () => {
  let nowMs = 0;
  const meter = new RateMeter(() => nowMs);
  meter.start();
  nowMs = 60000;
  meter.start();
  nowMs = 61000;
  expect(meter.add(7)).toBeCloseTo(7, 5);
});
