// The upright raster covers the canvas however the slide is turned, on whole pixels at right angles.
import { expect, test } from 'vitest';
import { uprightRaster } from './oriented-canvas.ts';
import { toScreen, upright } from './view-transform.ts';

const transform = { ...upright, x: 500.25, y: 700.5, scale: 1.5, width: 801, height: 600 };
const canvas = { width: 1604, height: 1200 };
const ratio = 2;

test.each([0, 90, 180, 270, 30, 211.5])('at %d degrees, mirrored and not', (degrees) => {
  for (const flipped of [false, true]) {
    const turned = { ...transform, degrees, flipped };
    const { toCanvas, rect, scale, width, height } = uprightRaster(turned, canvas, ratio);
    const { a = 1, b = 0, c = 0, d = 1, e = 0, f = 0 } = toCanvas;
    const onCanvas = (x: number, y: number) => ({ x: a * x + c * y + e, y: b * x + d * y + f });
    // A place of the slide comes out where the transform says.
    const place = { x: 450, y: 720 };
    const painted = onCanvas((place.x - rect.x) * scale, (place.y - rect.y) * scale);
    const expected = toScreen(turned, place);
    expect(Math.abs(painted.x - expected.x * ratio)).toBeLessThan(0.51);
    expect(Math.abs(painted.y - expected.y * ratio)).toBeLessThan(0.51);
    // Each corner of the canvas lies on the raster.
    for (const [x, y] of [
      [0, 0],
      [canvas.width, 0],
      [canvas.width, canvas.height],
      [0, canvas.height],
    ] as const) {
      const u = a * (x - e) + b * (y - f);
      const v = c * (x - e) + d * (y - f);
      expect(Math.min(u, v, width - u, height - v)).toBeGreaterThan(-1e-6);
    }
    if (degrees % 90 === 0) {
      expect([e, f].every(Number.isInteger)).toBe(true);
      expect([width, height].sort()).toEqual([canvas.width, canvas.height].sort());
    }
  }
});
