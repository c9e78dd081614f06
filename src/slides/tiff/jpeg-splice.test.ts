import { decode, encode } from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { spliceJpeg } from './jpeg-splice.ts';

const [WIDTH, HEIGHT] = [24, 16];
const rgba = Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, (_, k) => (k % 4 === 3 ? 255 : (k * 7) % 256));
const limit = { width: WIDTH, height: HEIGHT };
const whole = new Uint8Array(encode({ width: WIDTH, height: HEIGHT, data: rgba }, 90).data);

interface Segment {
  readonly marker: number;
  readonly bytes: Uint8Array;
}

/** Splits a picture into its segments; the scan holds all that follows it. */
function segmentsOf(picture: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  for (let at = 2; at < picture.length; ) {
    const marker = picture[at + 1] ?? 0;
    const end = marker === 0xda ? picture.length : at + 2 + (((picture[at + 2] ?? 0) << 8) | (picture[at + 3] ?? 0));
    segments.push({ marker, bytes: picture.subarray(at, end) });
    at = end;
  }
  return segments;
}

function joined(segments: readonly Segment[], end: readonly number[] = []): Uint8Array {
  return Uint8Array.from([0xff, 0xd8, ...segments.flatMap(({ bytes }) => [...bytes]), ...end]);
}

const isTable = ({ marker }: Segment) => marker === 0xdb || marker === 0xc4;
const isApplication = ({ marker }: Segment) => marker >= 0xe0 && marker <= 0xef;
const all = segmentsOf(whole);
/** As TIFF keeps them: shared tables, and a tile with nothing but the picture. */
const tables = joined(all.filter(isTable), [0xff, 0xd9]);
const bare = joined(all.filter((segment) => !isTable(segment) && !isApplication(segment)));

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

describe('a tile and its tables', () => {
  test('make the whole picture again', async () => {
    const spliced = await bytesOf(spliceJpeg(bare, tables, 'ycbcr', limit));
    expect(decode(spliced).data).toEqual(decode(whole).data);
  });

  test('say that three components are RGB where the tag says so', async () => {
    const adobe = segmentsOf(await bytesOf(spliceJpeg(bare, tables, 'rgb', limit))).filter(isApplication);
    expect(adobe.map(({ marker, bytes }) => [marker, bytes.at(-1), bytes.length])).toEqual([[0xee, 0, 16]]);
  });

  test('keep what the stream itself says, which goes before the tag', async () => {
    const withHeader = joined(all.filter((segment) => !isTable(segment)));
    const applications = segmentsOf(await bytesOf(spliceJpeg(withHeader, tables, 'rgb', limit))).filter(isApplication);
    expect(applications.map(({ marker }) => marker)).toEqual([0xe0]);
  });

  test('say nothing of grey', async () => {
    expect(segmentsOf(await bytesOf(spliceJpeg(bare, null, 'grey', limit))).filter(isApplication)).toEqual([]);
  });
});

test.each([
  ['nothing', Uint8Array.of()],
  ['no picture', Uint8Array.of(1, 2, 3, 4)],
  ['a segment longer than the bytes', Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0x40, 0x00, 1)],
])('%s is damaged', (_name, bytes) => {
  expect(() => spliceJpeg(bytes, null, 'rgb', limit)).toThrow(expect.objectContaining({ code: 'damaged' }));
});
