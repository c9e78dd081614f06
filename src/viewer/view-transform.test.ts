// Screen and slide coordinates agree both ways, however the slide is turned, and magnification counts CSS pixels.
import { expect, test } from 'vitest';
import {
  axesOf,
  fitTransform,
  largestScale,
  magnificationOfScale,
  micronsAcross,
  normalDegrees,
  scaleOfMagnification,
  stepOnSlide,
  toScreen,
  toSlide,
  upright,
  visibleRectOf,
  wholePixelsOn,
} from './view-transform.ts';

const transform = { ...upright, x: 2600, y: 1000, scale: 0.25, width: 800, height: 600 };

test('a place on screen and on the slide are each other inverse', () => {
  expect(toScreen(transform, { x: 1400, y: 0 })).toEqual({ x: 100, y: 50 });
  expect(toSlide(transform, { x: 100, y: 50 })).toEqual({ x: 1400, y: 0 });
  for (const degrees of [0, 37.5, 90, 180, 270, 359]) {
    for (const flipped of [false, true]) {
      const there = toSlide({ ...transform, degrees, flipped }, { x: 123, y: 45 });
      const back = toScreen({ ...transform, degrees, flipped }, there);
      expect(back.x).toBeCloseTo(123, 9);
      expect(back.y).toBeCloseTo(45, 9);
    }
  }
});

test('turned by 90 degrees the slide goes clockwise; then it is mirrored left to right', () => {
  const right = { x: transform.x + 400, y: transform.y };
  expect(toScreen({ ...transform, degrees: 90 }, right)).toEqual({ x: 400, y: 400 });
  expect(toScreen({ ...transform, degrees: 270 }, right)).toEqual({ x: 400, y: 200 });
  expect(toScreen({ ...transform, flipped: true }, right)).toEqual({ x: 300, y: 300 });
  const down = { x: transform.x, y: transform.y + 400 };
  expect(toScreen({ ...transform, degrees: 90 }, down)).toEqual({ x: 300, y: 300 });
  expect(toScreen({ ...transform, degrees: 90, flipped: true }, down)).toEqual({ x: 500, y: 300 });
});

test('right angles have no trace of sine and cosine, and degrees stay below 360', () => {
  for (const degrees of [0, 90, 180, 270]) {
    for (const value of Object.values(axesOf({ degrees, flipped: false }))) expect(Math.abs(value) % 1).toBe(0);
  }
  expect([-90, 360, 725].map(normalDegrees)).toEqual([270, 0, 5]);
});

test('a step to the right on screen is one up the slide when it is turned to the right', () => {
  expect(stepOnSlide({ ...transform, degrees: 90 }, { x: 10, y: 0 })).toEqual({ x: 0, y: -40 });
  expect(micronsAcross(transform, 0.5, 0.25)).toBe(2);
  expect(micronsAcross({ ...transform, degrees: 90 }, 0.5, 0.25)).toBe(1);
  expect(micronsAcross({ ...transform, degrees: 45 }, 0.5, 0.5)).toBeCloseTo(2, 12);
});

test('what is visible, and the whole pixels of it on the slide', () => {
  const visible = visibleRectOf(transform);
  expect(visible).toEqual({ x: 1000, y: -200, width: 3200, height: 2400 });
  expect(visibleRectOf({ ...transform, degrees: 90 })).toEqual({ x: 1400, y: -600, width: 2400, height: 3200 });
  expect(wholePixelsOn({ width: 2000, height: 9000 }, visible)).toEqual({ x: 1000, y: 0, width: 1000, height: 2200 });
  const fraction = { x: 10.2, y: 20.9, width: 5, height: 0.05 };
  expect(wholePixelsOn({ width: 99, height: 99 }, fraction)).toEqual({ x: 10, y: 20, width: 6, height: 1 });
  expect(wholePixelsOn({ width: 2000, height: 100 }, { x: 5000, y: 0, width: 10, height: 10 })).toBeNull();
});

test.each([
  [2000, 1000, 0],
  [500, 4000, 0],
  [500, 4000, 90],
])('a slide of %d x %d turned by %d degrees fits into the element, in its middle', (width, height, degrees) => {
  const fitted = fitTransform({ width, height }, { width: 800, height: 600 }, { degrees, flipped: false });
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
