// JPEG 2000 codestreams as accident or malice makes them: the decoder gives a picture of its own size, or refuses, and goes
// on to decode what comes after.

import { expect, test } from 'vitest';
import { damagedBytes, fuzz } from '../../../e2e/fixtures/fuzz.ts';
import { bytesOf, HEIGHT, WIDTH } from './jpeg2000.fixture.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';

const maxPixels = WIDTH * HEIGHT;
const sound = (['rgb', 'nomct', 'jp2', 'ycc', 'sub'] as const).map(bytesOf);

test('JPEG 2000', async () => {
  const whole = await decodeJpeg2000({ bytes: bytesOf('rgb'), ycbcr: false, maxPixels });
  const outcomes = await fuzz({
    what: 'JPEG 2000 codestreams',
    cases: 800,
    codes: ['damaged', 'unsupported-format'],
    async attempt(dice) {
      const bytes = damagedBytes(dice, dice.of(sound) ?? new Uint8Array());
      const { width, height, samplesPerPixel, samples } = await decodeJpeg2000({ bytes, ycbcr: false, maxPixels });
      expect(width * height).toBeLessThanOrEqual(maxPixels);
      expect(samples).toHaveLength(width * height * samplesPerPixel);
    },
  });
  expect(outcomes.get('damaged')).toBeGreaterThan(100);
  expect(await decodeJpeg2000({ bytes: bytesOf('rgb'), ycbcr: false, maxPixels })).toEqual(whole);
});
