// TIFF keeps the tables that all its JPEG tiles share apart, and often says only in a tag what the colours mean. Both
// go back into the picture, so that the browser can decode it. It moves bytes and decodes nothing.
// Segments: ITU-T T.81 annex B; tables in TIFF: Adobe's TIFF technical note 2; APP0: JFIF 1.02; APP14: Adobe's
// technical note 5116.

import type { Failure } from '../../lib/failure.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import { damagedTile } from '../damaged-tile.ts';

const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP_FIRST = 0xe0;
const APP_LAST = 0xef;
const APP_JFIF = 0xe0;
const APP_ADOBE = 0xee;

/** What the components are by the TIFF's tag; of grey pictures nothing need be said. */
export type JpegColour = 'rgb' | 'ycbcr' | 'grey';

/** Frames, of whatever coding: their headers hold the size. */
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
/** Some writers make room for whole blocks of the coding. */
const BLOCK_PX = 16;

/** From its marker on. */
export interface JpegSegment {
  readonly marker: number;
  readonly bytes: Uint8Array;
}

/**
 * A picture that stands alone, out of a tile's `stream` and the shared `tables` (each with its own start and end). What
 * the stream says of its colours goes before the tag: some writers tag RGB and store YCbCr with a JFIF header.
 * @throws Failure `damaged`, also when the picture says it is larger than `limit`, px.
 */
export function spliceJpeg(
  stream: Uint8Array,
  tables: Uint8Array | null,
  colour: JpegColour,
  limit: { readonly width: number; readonly height: number },
): Blob {
  const all = jpegSegments(stream, tables);
  frameOf(all, limit);
  const kept = all.filter(({ marker }) => marker < APP_FIRST || marker > APP_LAST);
  const ownWords = all.filter(({ marker }) => marker === APP_JFIF || marker === APP_ADOBE).map(({ bytes }) => bytes);
  if (ownWords.length === 0 && colour !== 'grey') ownWords.push(adobeSegment(colour));
  const parts = [Uint8Array.of(0xff, START_OF_IMAGE), ...ownWords, ...kept.map(({ bytes }) => bytes)];
  return new Blob([joinBytes(parts)], { type: 'image/jpeg' });
}

/** APP14: transform 0 says that three components are RGB as they are, 1 that they are YCbCr. */
function adobeSegment(colour: 'rgb' | 'ycbcr'): Uint8Array {
  const name = [0x41, 0x64, 0x6f, 0x62, 0x65];
  return Uint8Array.of(0xff, APP_ADOBE, 0, 14, ...name, 0, 100, 0, 0, 0, 0, colour === 'rgb' ? 0 : 1);
}

/** The segments of the shared tables and the stream; the scan is the last one, with all that follows it. */
export function jpegSegments(stream: Uint8Array, tables: Uint8Array | null): JpegSegment[] {
  return [...(tables === null ? [] : segments(tables)), ...segments(stream)];
}

/**
 * The frame header.
 * @throws Failure `damaged` when there is none or the picture is larger than `limit`, px.
 */
export function frameOf(
  all: readonly JpegSegment[],
  limit: { readonly width: number; readonly height: number },
): JpegSegment {
  const frame = all.find(({ marker }) => FRAMES.includes(marker));
  const word = (at: number) => ((frame?.bytes[at] ?? 0) << 8) | (frame?.bytes[at + 1] ?? 0);
  const fits = word(7) <= limit.width + BLOCK_PX && word(5) <= limit.height + BLOCK_PX;
  if (frame === undefined || frame.bytes.length < 10 || !fits) throw damagedJpeg();
  return frame;
}

/** The segments after the start marker; the scan is the last one, with all that follows it. */
function segments(stream: Uint8Array): JpegSegment[] {
  if (stream[0] !== 0xff || stream[1] !== START_OF_IMAGE) throw damagedJpeg();
  const found: JpegSegment[] = [];
  let at = 2;
  while (at + 1 < stream.length) {
    const marker = stream[at + 1] ?? 0;
    if (stream[at] !== 0xff) throw damagedJpeg();
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    if (marker === END_OF_IMAGE) return found;
    if (marker === START_OF_SCAN) return [...found, { marker, bytes: stream.subarray(at) }];
    const next = at + 2 + (((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0));
    if (next > stream.length || next < at + 4) throw damagedJpeg();
    found.push({ marker, bytes: stream.subarray(at, next) });
    at = next;
  }
  return found;
}

export function damagedJpeg(): Failure {
  return damagedTile('it does not hold a JPEG picture');
}
