// Parts come to their places, cut at the edges; what is missing is white; what is too large is refused.
import { expect, test } from 'vitest';
import type { AssociatedImage } from '../slides/slide-source.ts';
import type { PictureDecoder } from '../tiles/picture-decoder.ts';
import { readAssociated } from './associated.ts';

const noDecoder: PictureDecoder = {
  decode: () => Promise.reject(new Error('Nothing here is encoded.')),
  toBitmap: () => Promise.reject(new Error('Nothing is shown here.')),
  handedOut: () => undefined,
  openBitmaps: 0,
};

function part(value: number, width: number, height: number) {
  return { kind: 'pixels' as const, width, height, data: new Uint8ClampedArray(4 * width * height).fill(value) };
}

const image = (width: number, height: number): AssociatedImage => ({
  kind: 'label',
  width,
  height,
  read: async () => [
    { x: 0, y: 0, tile: part(10, 2, 2) },
    { x: 2, y: 0, tile: part(20, 2, 2) },
    { x: 0, y: 2, tile: { kind: 'missing' } },
  ],
});

test('a picture of three parts, one of them missing', async () => {
  const { width, height, data } = await readAssociated(image(3, 3), noDecoder, new AbortController().signal);
  expect([width, height]).toEqual([3, 3]);
  expect([...data].filter((_, index) => index % 4 === 0)).toEqual([10, 10, 20, 10, 10, 20, 255, 255, 255]);
});

test('one that is too large is refused', async () => {
  const reading = readAssociated(image(10_000, 10_000), noDecoder, new AbortController().signal);
  await expect(reading).rejects.toMatchObject({ code: 'unsupported-format' });
});
