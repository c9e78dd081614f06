// Screen and slide coordinates agree both ways, and magnification counts CSS pixels.
import { expect, test } from 'vitest';
import {
  fitTransform,
  largestScale,
  magnificationOfScale,
  scaleOfMagnification,
  toScreen,
  toSlide,
  visibleRectOf,
  wholePixelsOn,
} from './view-transform.ts';

const transform = { left: 1000, top: -200, scale: 0.25, width: 800, height: 600 };

test('a place on screen and on the slide are each other inverse', () => {
  expect(toScreen(transform, { x: 1400, y: 0 })).toEqual({ x: 100, y: 50 });
  expect(toSlide(transform, { x: 100, y: 50 })).toEqual({ x: 1400, y: 0 });
});

test('what is visible, and the whole pixels of it on the slide', () => {
  const visible = visibleRectOf(transform);
  expect(visible).toEqual({ x: 1000, y: -200, width: 3200, height: 2400 });
  expect(wholePixelsOn({ width: 2000, height: 9000 }, visible)).toEqual({ x: 1000, y: 0, width: 1000, height: 2200 });
  const fraction = { x: 10.2, y: 20.9, width: 5, height: 0.05 };
  expect(wholePixelsOn({ width: 99, height: 99 }, fraction)).toEqual({ x: 10, y: 20, width: 6, height: 1 });
  expect(wholePixelsOn({ width: 2000, height: 100 }, { x: 5000, y: 0, width: 10, height: 10 })).toBeNull();
});

test.each([
  [2000, 1000],
  [500, 4000],
])('a slide of %d x %d fits into the element, in its middle', (width, height) => {
  const fitted = fitTransform({ width, height }, { width: 800, height: 600 });
  const visible = visibleRectOf(fitted);
  expect(Math.max(width / visible.width, height / visible.height)).toBeCloseTo(1, 12);
  const centre = toScreen(fitted, { x: width / 2, y: height / 2 });
  expect(centre.x).toBeCloseTo(400, 9);
  expect(centre.y).toBeCloseTo(300, 9);
});

test('20x is 0.5 um to a CSS px', () => {
  expect(magnificationOfScale(1, 0.5)).toBe(20);
  expect(magnificationOfScale(2, 0.5)).toBe(40);
  expect(scaleOfMagnification(20, 0.25)).toBe(0.5);
  expect(magnificationOfScale(0.3, null)).toBe(0.3);
  expect(scaleOfMagnification(0.3, null)).toBe(0.3);
});

test.each([null, 0.12, 0.25, 0.5, 1, 3])('at %s um/px one can come to 80x and to pixels two wide', (mpp) => {
  const scale = largestScale(mpp);
  expect(scale).toBeGreaterThanOrEqual(2);
  if (mpp !== null) expect(magnificationOfScale(scale, mpp)).toBeGreaterThanOrEqual(80);
});
