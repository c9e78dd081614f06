// Text in a PNG: read back by an independent reader, and by hand where that reader does not look.

import { crc32 } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { expect, test } from 'vitest';
import { withPngText } from './png-text.ts';

const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const png = encode({ width: 2, height: 2, channels: 3, depth: 8, data });

test('Latin-1 text is a tEXt chunk, and the picture stays', () => {
  const text = JSON.stringify({ slide: 'Schnitt Ä', scale: 0.5 });
  const decoded = decode(withPngText(png, 'provenance', text), { checkCrc: true });
  expect(decoded.text).toEqual({ provenance: text });
  expect(decoded.data).toEqual(data);
});

test('other text is an iTXt chunk in UTF-8 with the right CRC', () => {
  const text = '{"slide":"切片 4"}';
  const marked = withPngText(png, 'provenance', text);
  const chunk = Buffer.from(marked.buffer, 33);
  const length = chunk.readUInt32BE(0);
  expect(chunk.toString('latin1', 4, 8)).toBe('iTXt');
  expect(chunk.toString('utf8', 8, 8 + length)).toBe(`provenance\0\0\0\0\0${text}`);
  // zlib's crc32 came with Node 20.15.
  expect(chunk.readUInt32BE(8 + length)).toBe(crc32(chunk.subarray(4, 8 + length)));
  expect(decode(marked, { checkCrc: true }).data).toEqual(data);
});

test('what is not a PNG is a bug of the caller', () => {
  expect(() => withPngText(data, 'provenance', '')).toThrow(/not a PNG/);
  expect(() => withPngText(png, '', 'x')).toThrow(/keyword/);
});
