import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256Hex, sha256HexPortable } from './sha256.ts';

test('the portable digest equals the platform’s for every length around a block', async () => {
  for (const length of [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 100_003]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 131 + length) & 255);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(sha256HexPortable(bytes)).toBe(expected);
    expect(await sha256Hex(bytes)).toBe(expected);
  }
});
