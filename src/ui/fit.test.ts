// The limits told in words, and the rectangle on screen, on a slide of round numbers.
import { expect, test } from 'vitest';
import type { SlideDescription, SlideInfo } from '../slides/slide-source.ts';
import { fitOfSpacing, rectInView, unfitness } from './fit.ts';

const size = { width: 8000, height: 4000, mppX: 0.5, mppY: 0.5 };
const description: SlideDescription = {
  ...size,
  name: 'made',
  format: 'Deep Zoom',
  mppSource: 'metadata',
  objectivePower: null,
  sparse: false,
  properties: {},
  levels: [1, 2, 4].map((downsample) => ({
    width: 8000 / downsample,
    height: 4000 / downsample,
    downsample,
    tileWidth: 256,
    tileHeight: 256,
  })),
};
const slide: SlideInfo = { ...description, id: 'made', mpp: 0.5 };

test('says from which level a spacing is read, or why it is not', () => {
  expect(fitOfSpacing(0.62, description)).toEqual({ kind: 'read', micronsPerPixel: 0.5 });
  expect(fitOfSpacing(1.24, description)).toEqual({ kind: 'read', micronsPerPixel: 1 });
  expect(unfitness([0.62, 1.24], description)).toBeNull();
  expect(unfitness([0.25, 0.5], description)?.code).toBe('spacing-too-fine');
  expect(unfitness([0.62], { ...description, mppX: null, mppY: null })?.code).toBe('mpp-unknown');
});

test('the rectangle on screen is cut at the edges', () => {
  const at10x = { x: 1000, y: 1000, magnification: 10 };
  expect(rectInView(at10x, slide, 400, 200)).toEqual({ x: 600, y: 800, width: 800, height: 400 });
  expect(rectInView({ ...at10x, x: 0, y: 0 }, slide, 400, 200)).toEqual({ x: 0, y: 0, width: 400, height: 200 });
  expect(rectInView({ ...at10x, x: -900 }, slide, 400, 200)).toBeNull();
  const unscaled = { ...slide, mpp: null };
  const half = { x: 75, y: 75, width: 50, height: 50 };
  expect(rectInView({ x: 100, y: 100, magnification: 2 }, unscaled, 100, 100)).toEqual(half);
});
