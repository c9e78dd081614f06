import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { undoDifferences, unpackers } from './unpack.ts';

const LZW = 5;
const DEFLATE = 8;
const PACK_BITS = 32773;
const ZSTANDARD = 50000;

async function unpack(compression: number, packed: Uint8Array<ArrayBuffer>, length: number): Promise<number[]> {
  return [...((await unpackers.get(compression)?.(packed, length)) ?? [])];
}

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** Codes of growing length, first bit first. */
function lzwStream(codes: readonly (readonly [code: number, bits: number])[]): Uint8Array<ArrayBuffer> {
  const bits = codes.map(([code, length]) => code.toString(2).padStart(length, '0')).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

describe('what was packed comes out again', () => {
  test('LZW: the example of TIFF 6.0', async () => {
    const codes = [256, 7, 258, 8, 8, 258, 6, 257].map((code) => [code, 9] as const);
    expect(await unpack(LZW, lzwStream(codes), 9)).toEqual([7, 7, 7, 8, 8, 7, 7, 6]);
  });

  test('PackBits: the example of TIFF 6.0', async () => {
    const packed = bytes('feaa0280002afdaa0380002a22f7aa');
    expect(Buffer.from(await unpack(PACK_BITS, packed, 24)).toString('hex')).toBe(
      'aaaaaa80002aaaaaaaaa80002a22aaaaaaaaaaaaaaaaaaaa',
    );
  });

  test('deflate, with bytes behind it that belong to nobody', async () => {
    const packed = Uint8Array.from([...deflateSync(Uint8Array.of(1, 2, 3, 4)), 0, 0, 0]);
    expect(await unpack(DEFLATE, packed, 4)).toEqual([1, 2, 3, 4]);
  });

  test('Zstandard: raw and repeated blocks', async () => {
    // Magic, one segment of 8 bytes; a raw block of 3 bytes; a last block of one byte five times.
    const packed = bytes(`28b52ffd2008${'180000'}010203${'2b0000'}09`);
    expect(await unpack(ZSTANDARD, packed, 8)).toEqual([1, 2, 3, 9, 9, 9, 9, 9]);
  });

  test('differences are summed up along each row', () => {
    const samples = Uint8Array.of(1, 2, 3, 1, 1, 1, 250, 0, 0, 10, 0, 0);
    undoDifferences(samples, 2, 3);
    expect([...samples]).toEqual([1, 2, 3, 2, 3, 4, 250, 0, 0, 4, 0, 0]);
  });
});

describe('no more is made than the block holds', () => {
  const bomb = new Uint8Array(1 << 26);
  test.each([
    ['deflate', DEFLATE, Uint8Array.from(deflateSync(bomb))],
    ['LZW', LZW, lzwStream([[256, 9], [0, 9], ...Array.from({ length: 200 }, (_, k) => [258 + k, 9] as const)])],
    ['PackBits', PACK_BITS, Uint8Array.from({ length: 1000 }, (_, k) => (k % 2 === 0 ? 129 : 0))],
  ] as const)('%s', async (_name, compression, packed) => {
    expect((await unpack(compression, packed, 100)).length).toBe(100);
  });

  test('Zstandard that wants to remember gigabytes is not begun', async () => {
    await expect(unpack(ZSTANDARD, bytes('28b52ffd00ff180000010203'), 100)).rejects.toThrow();
    await expect(unpack(ZSTANDARD, bytes('28b52ffda0ffffffff180000010203'), 100)).rejects.toThrow();
  });
});

test.each([LZW, DEFLATE, ZSTANDARD])('nonsense is thrown or comes out short: %d', async (compression) => {
  const nonsense = Uint8Array.from({ length: 64 }, (_, k) => (k * 89 + 200) % 256);
  const result = await unpack(compression, nonsense, 1000).catch(() => []);
  expect(result.length).toBeLessThan(1000);
});
