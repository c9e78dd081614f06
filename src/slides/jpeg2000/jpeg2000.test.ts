import { describe, expect, test } from 'vitest';
import { bytesOf, HEIGHT, WIDTH } from './jpeg2000.fixture.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';

const everyPixel = (colour: (x: number, y: number) => readonly number[]) =>
  Array.from({ length: WIDTH * HEIGHT }, (_, k) => colour(k % WIDTH, Math.floor(k / WIDTH))).flat();
const decode = (bytes: Uint8Array<ArrayBuffer>, ycbcr = false) =>
  decodeJpeg2000({ bytes, ycbcr, maxPixels: WIDTH * HEIGHT });

test.each(['rgb', 'nomct', 'jp2'] as const)('samples come out as they went in: %s', async (name) => {
  const { width, height, samplesPerPixel, samples } = await decode(bytesOf(name));
  expect([width, height, samplesPerPixel]).toEqual([WIDTH, HEIGHT, 3]);
  expect([...samples]).toEqual(everyPixel((x, y) => [30 * x, 40 * y, 18 * (x + y)]));
});

test.each(['ycc', 'sub'] as const)('YCbCr becomes RGB, by JFIF, once: %s', async (name) => {
  const { samples } = await decode(bytesOf(name), true);
  const luma = (x: number) => 100 + 10 * x;
  const expected = everyPixel((x) => [
    Math.min(255, luma(x) + 1.402 * 42),
    luma(x) + 0.344136 * 38 - 0.714136 * 42,
    luma(x) - 1.772 * 38,
  ]);
  expect(samples.length).toBe(expected.length);
  for (const [k, value] of expected.entries()) expect(Math.abs((samples[k] ?? 0) - value)).toBeLessThanOrEqual(1);
});

describe('what makes no sense is refused before memory is asked for', () => {
  const rgb = bytesOf('rgb');
  const withWord = (at: number, value: number) => {
    const bytes = rgb.slice();
    new DataView(bytes.buffer).setUint32(at, value);
    return bytes;
  };
  test.each([
    ['nothing', Uint8Array.of()],
    ['another kind of file', Uint8Array.from({ length: 500 }, (_, k) => k % 251)],
    ['a width of 4 thousand million', withWord(8, 0xffffffff)],
    ['no height', withWord(12, 0)],
    ['tiles of no width', withWord(24, 0)],
    ['cut in its header', rgb.slice(0, 60)],
  ])('%s', async (_name, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('16 bits a sample', async () => {
    await expect(decode(bytesOf('u16'))).rejects.toMatchObject({ code: 'unsupported-format' });
  });
});
