import { describe, expect, test } from 'vitest';
import { decodeJpeg2000 } from './jpeg2000.ts';

// Pictures of 8 x 6 px made with OpenJPEG 2.5 from the formulas below, lossless.
const pictures = {
  /** With the colour transform. */
  rgb: '/0//UQAvAAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEBAAQEAAH/XAAEQED/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAACZAAH/k9+BYBInVdmOtIX5vtl6MNplxE7tTmHIrWGyGtfZY1B8ZOaaZlhhH7a0CpOc50jHz7SgARWFGOxI9SNcYCU/792C/iuCgAfxogZul/5x8VyBA/wfPzKjuGJsP9+BcCyWYZs9C05tgmsnZbIFKNvBUQ0K1WWU/OCx3DcDhl+jkCM1bIInmL3/UFAw+5H/2Q==',
  /** Without. */
  nomct:
    '/0//UQAvAAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEAAAQEAAH/XAAEQED/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAB2AAH/k9+BABFpg7HNW0eY+HOIEYgRwsd7ZJkFgF0vR+CZeXml5lUx34C4Eo0ZJQXE4cOQusRR94oaNerJJViewD/fgUASKBeqPogsQ+6ku7xgbD2mP4Ss4/CXGuk8UKSo/a3gxSHPW+a8f7A//9k=',
  /** In a JP2 box. */
  jp2: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABgAAAAgAAwcHAAAAAAAPY29scgEAAAAAABAAAAERanAyY/9P/1EALwAAAAAACAAAAAYAAAAAAAAAAAAAAAgAAAAGAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAQAEBAAB/1wABEBA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAmQAB/5PfgWASJ1XZjrSF+b7ZejDaZcRO7U5hyK1hshrX2WNQfGTmmmZYYR+2tAqTnOdIx8+0oAEVhRjsSPUjXGAlP+/dgv4rgoAH8aIGbpf+cfFcgQP8Hz8yo7hibD/fgXAslmGbPQtObYJrJ2WyBSjbwVENCtVllPzgsdw3A4Zfo5AjNWyCJ5i9/1BQMPuR/9k=',
  /** YCbCr in a bare codestream. */
  ycc: '/0//UQAvAAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEAAAQEAAH/XAAEQED/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAABVAAH/k8fUNDF3DozQelr4xYmX+nx+Mixo3TYBwJoGu/50x9QiEVBUiIarAAAGEhLN3IAGEg/H1CYUAFyHLusgAAYSDAnOEg6J7hIP/9k=',
  /** The same, chroma at half the width. */
  sub: '/0//UQAvAAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAADBwEBBwIBBwIB/1IADAAAAAEAAQQEAAH/XAAHQEBISFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjD/kAAKAAAAAAA0AAH/k8fUFBvyJzTea2XZZcbH1AoI7B55ZMfUCgIzumm5wPkBgBv1t4CA/9k=',
  /** 16 bits. */
  u16: '/0//UQAvAAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAADDwEBDwEBDwEB/1IADAAAAAEAAAQEAAH/XAAEQID/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAADhAAH/k9/4kngRaYOX44I4AQ6LVu7hjb15BVKeBJ1wDhsNhsNhwDbc6szEQDAgl1bS6tpdWxt83zfN83zEzOkY2lHmwLXVwnW+tjb5vm+b5vmJmdIzEv9/3/iRkBKNFN36yuJ+CC6WTTCMAAGwE6AH/eGrg0i4MLAUt5J1rXmJSc5hCAAAAAAAADCQl/9/3/iSMBIoGkoSzDO/CYDZXULpqXfGKs8/2pK4hZG94bao0coZhrlIhVXIVdWCIhTomn8O4VHrqnDbVGsEEtcTRIZEdE4idxH/jN//2Q==',
};

const WIDTH = 8;
const HEIGHT = 6;
const bytesOf = (name: keyof typeof pictures) => Uint8Array.from(Buffer.from(pictures[name], 'base64'));
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
