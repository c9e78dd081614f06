// Three grey JPEG pictures as one of three colours: each becomes a scan of its own, as sequential JPEG allows, so that
// the browser decodes them at once and nothing is decoded here.
// ITU-T T.81: A.2 (non-interleaved scans), B.2.2 (frame), B.2.3 (scan), B.2.4.1 (quantization tables).

import { joinBytes } from '../../lib/join-bytes.ts';
import { damagedJpeg, frameOf, type JpegSegment, jpegSegments } from './jpeg-splice.ts';

const BASELINE = 0xc0;
const EXTENDED = 0xc1;
const START_OF_SCAN = 0xda;
const QUANTIZATION = 0xdb;
const HUFFMAN = 0xc4;
const RESTART_INTERVAL = 0xdd;
const END_OF_IMAGE = [0xff, 0xd9];
/** Says that three components are red, green and blue as they are. */
const ADOBE_RGB = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];

export interface GreyJpeg {
  readonly stream: Uint8Array;
  readonly tables: Uint8Array | null;
}

/**
 * The picture whose red, green and blue are the three grey ones.
 * @throws Failure `damaged` when one is not grey, not sequential, or not of the size of the others or of `limit`, px.
 */
export function joinGreyJpegs(
  planes: readonly GreyJpeg[],
  limit: { readonly width: number; readonly height: number },
): Blob {
  const parsed = planes.map(({ stream, tables }) => jpegSegments(stream, tables));
  const frames = parsed.map((segments) => frameOf(segments, limit));
  const [frame] = frames;
  if (frame === undefined || frames.length !== 3) throw damagedJpeg();
  const size = frame.bytes.subarray(4, 9);
  const isAlike = (each: JpegSegment) =>
    [BASELINE, EXTENDED].includes(each.marker) &&
    each.bytes[9] === 1 &&
    each.bytes.subarray(4, 9).every((byte, k) => byte === size[k]);
  if (!frames.every(isAlike)) throw damagedJpeg();
  const components = frames.flatMap((_, plane) => [plane + 1, 0x11, plane]);
  const parts = [
    Uint8Array.of(0xff, 0xd8, ...ADOBE_RGB),
    ...parsed.map((segments, plane) => quantization(segments, frames[plane], plane)),
    Uint8Array.of(0xff, EXTENDED, 0, 17, ...size, 3, ...components),
    ...parsed.flatMap((segments, plane) => scan(segments, plane)),
    Uint8Array.from(END_OF_IMAGE),
  ];
  return new Blob([joinBytes(parts)], { type: 'image/jpeg' });
}

/** The table that the picture uses, under the number of its plane. */
function quantization(segments: readonly JpegSegment[], frame: JpegSegment | undefined, plane: number): Uint8Array {
  const wanted = frame?.bytes[12] ?? 0;
  let found: Uint8Array | null = null;
  for (const { marker, bytes } of segments) {
    if (marker !== QUANTIZATION) continue;
    for (let at = 4; at < bytes.length; ) {
      const head = bytes[at] ?? 0;
      const length = head >> 4 === 0 ? 65 : 129;
      if ((head & 15) === wanted) found = bytes.slice(at, at + length);
      at += length;
    }
  }
  if (found === null || found.length < 65) throw damagedJpeg();
  found[0] = ((found[0] ?? 0) & 0xf0) | plane;
  return Uint8Array.of(0xff, QUANTIZATION, 0, found.length + 2, ...found);
}

/** What the scan needs, and the scan, which then speaks of the component of its plane. */
function scan(segments: readonly JpegSegment[], plane: number): Uint8Array[] {
  const needed = segments.filter(({ marker }) => marker === HUFFMAN).map(({ bytes }) => bytes);
  const restarts = segments.findLast(({ marker }) => marker === RESTART_INTERVAL);
  const found = segments.find(({ marker }) => marker === START_OF_SCAN);
  if (found === undefined || found.bytes[4] !== 1) throw damagedJpeg();
  const bytes = found.bytes.slice();
  bytes[5] = plane + 1;
  let end = bytes.length;
  for (let at = bytes.length - 2; at > 0; at--) {
    if (bytes[at] === END_OF_IMAGE[0] && bytes[at + 1] === END_OF_IMAGE[1]) {
      end = at;
      break;
    }
  }
  // Said for each scan, or the one before would speak for this one too.
  return [...needed, restarts?.bytes ?? Uint8Array.of(0xff, RESTART_INTERVAL, 0, 4, 0, 0), bytes.subarray(0, end)];
}
