import { expect, test } from 'vitest';
import { addGrain } from './chromatin.ts';
import { hash } from './random.ts';

test('grain changes pixels but never the sum of a pyramid block, even where values are near the ends', () => {
  let changed = 0;
  for (let block = 0; block < 500; block++) {
    const rgb = Uint8Array.from({ length: 12 }, (_, i) => {
      const h = hash(1, block, i) % 256;
      return block % 5 === 0 ? (h < 128 ? h % 20 : 255 - (h % 20)) : h;
    });
    const before = Uint8Array.from(rgb);
    addGrain(rgb, 2, 0, 7, 2 * block, 4, 1);
    for (let c = 0; c < 3; c++) expect(sumOf(rgb, c)).toBe(sumOf(before, c));
    if (rgb.some((value, i) => value !== before[i])) changed++;
  }
  expect(changed).toBeGreaterThan(400);
});

function sumOf(rgb: Uint8Array, channel: number): number {
  return [0, 3, 6, 9].reduce((sum, i) => sum + (rgb[i + channel] ?? Number.NaN), 0);
}
