import { describe, expect, test } from 'vitest';
import { noiseLevels } from '../../e2e/fixtures/noise-slide.ts';
import { largestDifference, type ReferenceLevel, referenceCrop } from '../../e2e/fixtures/reference-crop.ts';
import { seeded } from '../../e2e/fixtures/seeded.ts';
import type { SlideDescription } from '../slides/slide-source.ts';
import { TileStore } from '../tiles/tile-store.ts';
import { cropField, cropRegion } from './crop-field.ts';
import type { Padding } from './pixels.contract.ts';
import { planField, sourceIndices } from './plan.ts';
import { readField } from './read-field.ts';
import { readThumbnail } from './thumbnail.ts';

const SIZE = { width: 523, height: 411 };
const DOWNSAMPLES = [1, 2, 4, 16];

function slideOf(levels: readonly ReferenceLevel[], mppX: number, mppY: number, tilePx: number): SlideDescription {
  return {
    ...SIZE,
    mppX,
    mppY,
    name: 'noise',
    format: 'test',
    mppSource: 'metadata',
    objectivePower: null,
    sparse: false,
    properties: {},
    levels: levels.map(({ width, height, downsample }) => ({
      width,
      height,
      downsample,
      tileWidth: tilePx,
      tileHeight: tilePx - 3,
    })),
  };
}

function storeOf(levels: readonly ReferenceLevel[], description: SlideDescription) {
  const noDecoder = { openBitmaps: 0, decode: fails, toBitmap: fails, handedOut: fails };
  return new TileStore(
    {
      description,
      bytesFetched: 0,
      close: () => {},
      async readTile({ level, column, row }) {
        const [size, content] = [description.levels[level], levels[level]];
        if (size === undefined || content === undefined) throw new Error('no such level');
        const left = column * size.tileWidth;
        const top = row * size.tileHeight;
        const width = Math.min(size.tileWidth, size.width - left);
        const height = Math.min(size.tileHeight, size.height - top);
        const data = new Uint8ClampedArray(4 * width * height);
        for (let k = 0; k < width * height; k++) {
          const at = 3 * ((top + Math.floor(k / width)) * size.width + left + (k % width));
          data.set([...content.rgb.subarray(at, at + 3), 255], 4 * k);
        }
        return { kind: 'pixels', data, width, height };
      },
    },
    description,
    noDecoder,
    { budgetBytes: 1e8, maxRunning: 4 },
  );
}

function fails(): never {
  throw new Error('not used');
}

describe('200 seeded centres equal the reference', () => {
  const next = seeded(20240711);
  const random = (below: number) => below * next();
  const levels = noiseLevels(SIZE.width, SIZE.height, DOWNSAMPLES);
  const scales = [
    { mppX: 0.5, mppY: 0.5, spacings: [0.5, 1, 2] }, // ratio 1 on every level
    { mppX: 0.25, mppY: 0.25, spacings: [0.75, 1.5, 3] }, // halves and thirds of level pixels
    { mppX: 0.499, mppY: 0.499, spacings: [0.62, 1.24, 2.48] },
    { mppX: 0.46, mppY: 0.53, spacings: [0.5, 1.7, 9] },
    { mppX: 0.65, mppY: 0.65, spacings: [0.62] }, // a little finer than the slide
  ];
  const centres = Array.from({ length: 200 }, (_, k) => {
    const scale = scales[k % scales.length];
    if (scale === undefined) throw new Error('no scale');
    const whole = k % 3 === 0;
    const place = [random(SIZE.width * 1.2) - SIZE.width * 0.1, random(SIZE.height * 1.2) - SIZE.height * 0.1] as const;
    const onSeam = [64 * Math.round(random(8)), 61 * Math.round(random(6))] as const;
    const atEdge = [random(2) < 1 ? 0 : SIZE.width, random(2) < 1 ? 0 : SIZE.height] as const;
    const [x, y] =
      k % 7 === 0 ? onSeam : k % 7 === 1 ? atEdge : whole ? [Math.round(place[0]), Math.round(place[1])] : place;
    const padding: Padding = k % 2 === 0 ? 'white' : 'reflect';
    const spacing = scale.spacings[Math.floor(random(scale.spacings.length))] ?? 0;
    return { scale, x, y, spacing, padding, sizePx: [16, 32, 24][k % 3] ?? 16 };
  });

  test.each(centres)(
    '$spacing um/px at $x, $y of $scale.mppX, $padding',
    async ({ scale, x, y, spacing, padding, sizePx }) => {
      const slide = slideOf(levels, scale.mppX, scale.mppY, 64);
      const field = cropField(slide, { x, y }, { spacing, patchSizePx: sizePx - 8, contextPx: 4, padding });
      const crop = await readField(storeOf(levels, slide), planField(slide, field), 'run');
      const expected = referenceCrop(levels, scale.mppX, scale.mppY, { x, y, spacing, sizePx, padding });
      const exact = scale.mppX === 0.5 && Number.isInteger(x) && Number.isInteger(y) && spacing === 0.5;
      expect(largestDifference(crop.data, expected)).toBeLessThanOrEqual(exact ? 0 : 1);
    },
  );
});

test('floating noise in a spacing does not blur', async () => {
  const levels = noiseLevels(SIZE.width, SIZE.height, DOWNSAMPLES);
  const mpp = 0.69;
  const slide = slideOf(levels, mpp * (1 + 3e-8), mpp * (1 - 3e-8), 64);
  const field = cropField(
    slide,
    { x: 301, y: 207 },
    { spacing: 2 * mpp, patchSizePx: 32, contextPx: 16, padding: 'white' },
  );
  const { data } = await readField(storeOf(levels, slide), planField(slide, field), 'run');
  const expected = referenceCrop(levels, mpp, mpp, { x: 301, y: 207, spacing: 2 * mpp, sizePx: 64, padding: 'white' });
  expect(largestDifference(data, expected)).toBeLessThanOrEqual(1);
});

test('mirroring does not repeat the edge, and survives a level of one pixel', () => {
  expect([...sourceIndices({ first: -4, end: 8 }, 3, 'reflect')]).toEqual([0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1]);
  expect([...sourceIndices({ first: -2, end: 3 }, 1, 'reflect')]).toEqual([0, 0, 0, 0, 0]);
  expect([...sourceIndices({ first: -2, end: 5 }, 3, 'white')]).toEqual([-1, -1, 0, 1, 2, -1, -1]);
});

test('the region of a crop is what its pixels cover', () => {
  expect(cropRegion({ mppX: 0.5, mppY: 0.25 }, { x: 100, y: 50 }, 1, 32)).toEqual({
    x: 68,
    y: -14,
    width: 64,
    height: 128,
  });
});

describe('the thumbnail', () => {
  const levels = noiseLevels(SIZE.width, SIZE.height, DOWNSAMPLES);
  const slide = slideOf(levels, 1, 1, 64);

  test('is averaged from the coarsest level that is large enough', async () => {
    const { width, height, downsample, data } = await readThumbnail(storeOf(levels, slide), 100);
    expect({ width, height, downsample }).toEqual({ width: 100, height: 79, downsample: 5.23 });
    const expected = referenceCrop(levels, 1, 1, {
      x: 50 * 5.23,
      y: 50 * 5.23,
      spacing: 5.23,
      sizePx: 100,
      padding: 'reflect',
    });
    expect(largestDifference(data, expected.subarray(0, data.length))).toBeLessThanOrEqual(1);
  });

  test('falls back to a finer level where the coarse ones were left out, and shows holes as not known', async () => {
    const store = storeOf(levels, slide);
    const get = store.get.bind(store);
    const { Failure } = await import('../lib/failure.ts');
    store.get = async (address, ...rest) => {
      const gone = address.level >= 2 || (address.level === 1 && address.column === 0 && address.row === 0);
      if (gone) throw new Failure('tile-unavailable', 'gone');
      return get(address, ...rest);
    };
    const { width, data, downsample } = await readThumbnail(store, 100);
    expect(downsample).toBe(5.23);
    const alphaAt = (x: number, y: number) => data[4 * (y * width + x) + 3];
    expect([alphaAt(0, 0), alphaAt(23, 22), alphaAt(26, 0), alphaAt(0, 25), alphaAt(99, 70)]).toEqual([
      0, 0, 255, 255, 255,
    ]);
  });
});
