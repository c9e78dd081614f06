// Round lengths that fit, as long on screen as they say.
import { expect, test } from 'vitest';
import { scaleBarFor } from './scale-bar.ts';

test.each([
  [0.5, 140, 50, '50 µm'],
  [0.25, 140, 20, '20 µm'],
  [1, 100, 100, '100 µm'],
  [10, 100, 1000, '1 mm'],
  [64, 140, 5000, '5 mm'],
  [0.0625, 140, 5, '5 µm'],
  [0.003, 140, 0.2, '0.2 µm'],
])('%s um a px in %s px', (micronsPerPx, longestPx, lengthMicrons, label) => {
  const bar = scaleBarFor(micronsPerPx, longestPx);
  expect(bar).toEqual({ lengthMicrons, widthPx: lengthMicrons / micronsPerPx, label });
});

test('the bar is never longer than allowed nor shorter than two fifths of it', () => {
  for (let micronsPerPx = 0.01; micronsPerPx < 1000; micronsPerPx *= 1.037) {
    const { widthPx } = scaleBarFor(micronsPerPx, 140);
    expect(widthPx).toBeLessThanOrEqual(140.0001);
    expect(widthPx).toBeGreaterThanOrEqual(140 * 0.3999);
  }
});
