import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { pictureSize } from './picture-size.ts';

const jpeg = new Uint8Array(encodeJpeg({ width: 70, height: 33, data: new Uint8Array(4 * 70 * 33) }, 80).data);
const png = encodePng({ width: 70, height: 33, data: new Uint8Array(3 * 70 * 33), channels: 3 });
const bytes = (text: string, ...rest: number[]) =>
  Uint8Array.from([...Array.from(text, (letter) => letter.charCodeAt(0)), ...rest, ...new Array(16).fill(0)]);

describe('the size in a header', () => {
  test.each([
    ['JPEG', jpeg],
    ['PNG', png],
    ['WebP, lossy', bytes('RIFF....WEBPVP8 ....', 0, 0, 0, 0x9d, 0x01, 0x2a, 70, 0, 33, 0)],
    ['WebP, lossless', bytes('RIFF....WEBPVP8L....', 0x2f, 69, 0, 8, 0)],
    ['WebP, extended', bytes('RIFF....WEBPVP8X....', 0, 0, 0, 0, 69, 0, 0, 32, 0, 0)],
  ])('%s', (_name, start) => {
    expect(pictureSize(start)).toEqual({ width: 70, height: 33 });
  });

  test('nothing where there is none', () => {
    expect(pictureSize(bytes('a letter'))).toBeNull();
    expect(pictureSize(jpeg.subarray(0, 20))).toBeNull();
    expect(pictureSize(new Uint8Array())).toBeNull();
  });
});
