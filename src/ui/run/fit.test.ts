// The limits told in words, on a slide of round numbers.
import { expect, test } from 'vitest';
import type { SlideDescription } from '../../slides/slide-source.ts';
import { fitOfSpacing, unfitness } from './fit.ts';

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

test('says from which level a spacing is read, or why it is not', () => {
  expect(fitOfSpacing(0.62, description)).toEqual({ kind: 'read', micronsPerPixel: 0.5 });
  expect(fitOfSpacing(1.24, description)).toEqual({ kind: 'read', micronsPerPixel: 1 });
  expect(unfitness([0.62, 1.24], description)).toBeNull();
  expect(unfitness([0.25, 0.5], description)?.code).toBe('spacing-too-fine');
  expect(unfitness([0.62], { ...description, mppX: null, mppY: null })?.code).toBe('mpp-unknown');
});
