// From the bytes of a DICOM frame to a tile: JPEG goes to the browser's decoder, JPEG 2000 to ours, plain samples become
// pixels. What the bytes are is told by the bytes; the transfer syntax only names what can't be read.

import { Failure } from '../../lib/failure.ts';
import { damagedTile } from '../damaged-tile.ts';
import type { SourceTile } from '../slide-source.ts';
import { spliceJpeg } from '../tiff/jpeg-splice.ts';
import { rgbaOfSamples } from '../tiff/tiff-samples.ts';
import type { DicomImage } from './dicom-image.ts';

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;

/** Transfer syntaxes of PS3.6, annex A, that are not read, by the words for them. */
const unreadable: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.1.99': 'deflated',
  '1.2.840.10008.1.2.2': 'big endian',
  '1.2.840.10008.1.2.4.57': 'lossless JPEG',
  '1.2.840.10008.1.2.4.70': 'lossless JPEG',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS',
  '1.2.840.10008.1.2.4.110': 'JPEG XL',
  '1.2.840.10008.1.2.4.111': 'JPEG XL',
  '1.2.840.10008.1.2.4.112': 'JPEG XL',
  '1.2.840.10008.1.2.4.201': 'High-Throughput JPEG 2000',
  '1.2.840.10008.1.2.4.202': 'High-Throughput JPEG 2000',
  '1.2.840.10008.1.2.4.203': 'High-Throughput JPEG 2000',
  '1.2.840.10008.1.2.5': 'run-length encoded',
};

/** @throws Failure `unsupported-format` when frames of this image can't be read. */
export function requireReadable({ transferSyntax, colour }: DicomImage): void {
  const name = unreadable[transferSyntax ?? ''];
  if (name !== undefined) throw unsupported(`its frames are ${name}`);
  if (colour.photometric === 'PALETTE COLOR') throw unsupported('its colours come from a palette');
  if (![1, 3].includes(colour.samplesPerPixel)) throw unsupported(`it has ${colour.samplesPerPixel} samples a pixel`);
}

/**
 * The tile's `width` x `height` px out of a frame, which may be padded.
 * @throws Failure `damaged`, `unsupported-format`.
 */
export async function tileOfFrame(
  bytes: Uint8Array<ArrayBuffer>,
  image: DicomImage,
  width: number,
  height: number,
): Promise<SourceTile> {
  const { photometric, samplesPerPixel, planar } = image.colour;
  const isYcbcr = photometric.startsWith('YBR_FULL');
  if (begins(bytes, 0xff, 0xd8)) {
    const colour = samplesPerPixel < 3 ? 'grey' : photometric === 'RGB' ? 'rgb' : 'ycbcr';
    const core = { x: 0, y: 0, width, height };
    const limit = { width: image.tileWidth, height: image.tileHeight };
    return { kind: 'encoded', blob: spliceJpeg(bytes, null, colour, limit), core };
  }
  if (begins(bytes, 0xff, 0x4f, 0xff, 0x51) || begins(bytes, 0, 0, 0, 0x0c, 0x6a, 0x50)) {
    const { decodeJpeg2000 } = await import('../jpeg2000/jpeg2000.ts');
    const maxPixels = image.tileWidth * image.tileHeight;
    const picture = await decodeJpeg2000({ bytes, ycbcr: isYcbcr, maxPixels });
    if (picture.width < width || picture.height < height) throw damaged();
    return pixels(picture.samples, picture.width, picture.samplesPerPixel, photometric, width, height);
  }
  const samples = image.tileWidth * image.tileHeight * samplesPerPixel;
  if (bytes.length < samples) throw damaged();
  if (isYcbcr) throw unsupported('its pixels are stored as YCbCr without compression');
  const rows = planar && samplesPerPixel === 3 ? interleaved(bytes, image.tileWidth * image.tileHeight) : bytes;
  return pixels(rows, image.tileWidth, samplesPerPixel, photometric, width, height);
}

function pixels(
  samples: Uint8Array,
  tileWidthPx: number,
  samplesPerPixel: number,
  photometricName: string,
  width: number,
  height: number,
): SourceTile {
  const grey = photometricName === 'MONOCHROME1' ? WHITE_IS_ZERO : BLACK_IS_ZERO;
  const photometric = samplesPerPixel === 1 ? grey : RGB;
  return {
    kind: 'pixels',
    data: rgbaOfSamples([samples], { tileWidthPx, samplesPerPixel, photometric }, width, height),
    width,
    height,
  };
}

/** Three planes to pixels. */
function interleaved(planes: Uint8Array, planePx: number): Uint8Array {
  return Uint8Array.from({ length: 3 * planePx }, (_, k) => planes[(k % 3) * planePx + Math.floor(k / 3)] ?? 0);
}

function begins(bytes: Uint8Array, ...signature: readonly number[]): boolean {
  return signature.every((byte, k) => bytes[k] === byte);
}

function damaged(): Failure {
  return damagedTile('its frame holds fewer pixels than it should');
}

function unsupported(what: string): Failure {
  return new Failure(
    'unsupported-format',
    `This DICOM slide can't be shown: ${what}. Convert it to JPEG baseline, JPEG 2000 or explicit little endian.`,
  );
}
