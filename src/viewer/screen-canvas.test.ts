// Canvas sizes at the zoom steps of browsers: whole in CSS and in device pixels, and never smaller than the element.
import { expect, test } from 'vitest';
import { wholeLength } from './screen-canvas.ts';

test.each([
  [928, 1, 928, 928],
  [755, 2, 755, 1510],
  [801, 1.25, 804, 1005],
  [801, 1.5, 802, 1203],
  [601, 1.1, 610, 671],
  [601, 0.9, 610, 549],
  [600, 2 / 3, 600, 400],
  [0, 1, 1, 1],
])('%d CSS px at %d', (cssPx, ratio, expectedCssPx, expectedDevicePx) => {
  expect(wholeLength(cssPx, ratio)).toEqual({ cssPx: expectedCssPx, devicePx: expectedDevicePx });
});

test('at an odd ratio the canvas still covers the element, in whole device px', () => {
  const { cssPx, devicePx } = wholeLength(777, 1.0137);
  expect(cssPx).toBeGreaterThanOrEqual(777);
  expect(Number.isInteger(devicePx)).toBe(true);
  expect(devicePx / cssPx).toBeCloseTo(1.0137, 12);
});
