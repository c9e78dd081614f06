// One JPEG 2000 picture to samples, by OpenJPEG compiled to WebAssembly, on the thread that calls. Sizes are checked in
// the header before anything is decoded, so that a damaged file can't ask for memory it has no right to.
// Header: ITU-T T.800 annex A.5.1 (SIZ).

import type { OpenJpeg } from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import { Failure } from '../../lib/failure.ts';
import { damagedTile } from '../damaged-tile.ts';

/** Rows of samples, pixel by pixel, 8 bits each. */
export interface SamplePicture {
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
  readonly samples: Uint8Array<ArrayBuffer>;
}

export interface Jpeg2000Task {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** True where the container says that the components are YCbCr: a bare codestream does not. */
  readonly ycbcr: boolean;
  /** The largest picture that makes sense here, px. */
  readonly maxPixels: number;
}

const MAX_COMPONENTS = 4;
const START_OF_CODESTREAM = [0xff, 0x4f, 0xff, 0x51];
/** Boxes before the codestream of a JP2 file are short. */
const HEADER_SEARCH_BYTES = 1 << 14;
/** OpenJPEG turns subsampled YCbCr into RGB itself, and says so. */
const SRGB = 1;

let loaded: Promise<OpenJpeg> | null = null;

async function load(): Promise<OpenJpeg> {
  const { default: openJpeg } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const silent = { print: () => {}, printErr: () => {} };
  // In Node the package finds its own file.
  if (typeof self === 'undefined') return openJpeg(silent);
  const { default: wasmUrl } = await import('@cornerstonejs/codec-openjpeg/decodewasm?url');
  return openJpeg({ ...silent, locateFile: () => new URL(wasmUrl, import.meta.url).href });
}

/**
 * Decodes a picture of 8 bits a sample; YCbCr comes out as RGB.
 * @throws Failure `damaged`; `unsupported-format` for other depths.
 */
export async function decodeJpeg2000({ bytes, ycbcr, maxPixels }: Jpeg2000Task): Promise<SamplePicture> {
  checkHeader(bytes, maxPixels);
  loaded ??= load();
  const { J2KDecoder } = await loaded.catch((cause) => {
    loaded = null;
    throw new Failure('network', 'The JPEG 2000 decoder of this page could not be loaded. Try again.', { cause });
  });
  const decoder = new J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo();
    // What could not be decoded is left empty, and not always thrown.
    if (bitsPerSample === 0 || width === 0) throw damaged();
    if (bitsPerSample !== 8 || isSigned) {
      throw new Failure(
        'unsupported-format',
        `A tile has ${bitsPerSample} bits a sample instead of 8. Convert the slide to 8 bits.`,
      );
    }
    const samples = Uint8Array.from(decoder.getDecodedBuffer());
    if (samples.length < width * height * componentCount) throw damaged();
    if (ycbcr && componentCount === 3 && decoder.getColorSpace() !== SRGB) rgbOfYcbcr(samples);
    return { width, height, samplesPerPixel: componentCount, samples };
  } catch (cause) {
    throw cause instanceof Failure ? cause : damaged(cause);
  } finally {
    decoder.delete();
  }
}

function checkHeader(bytes: Uint8Array<ArrayBuffer>, maxPixels: number): void {
  const last = Math.min(bytes.length - 42, HEADER_SEARCH_BYTES);
  for (let at = 0; at <= last; at++) {
    if (!START_OF_CODESTREAM.every((byte, k) => bytes[at + k] === byte)) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
    const [right = 0, bottom = 0, left = 0, top = 0] = [8, 12, 16, 20].map((place) => view.getUint32(place));
    const [width, height] = [right - left, bottom - top];
    const [tileWidth, tileHeight] = [view.getUint32(24), view.getUint32(28)];
    const components = view.getUint16(40);
    const tiles = Math.ceil(right / tileWidth) * Math.ceil(bottom / tileHeight);
    const sensible = width > 0 && height > 0 && width * height <= maxPixels && tiles <= 0xffff;
    if (!sensible || components < 1 || components > MAX_COMPONENTS) throw damaged();
    return;
  }
  throw damaged();
}

/** In place; full range, ITU-R BT.601, as JFIF has it. */
function rgbOfYcbcr(samples: Uint8Array): void {
  const clamped = new Uint8ClampedArray(samples.buffer, samples.byteOffset, samples.length);
  for (let at = 0; at + 2 < clamped.length; at += 3) {
    const y = clamped[at] ?? 0;
    const cb = (clamped[at + 1] ?? 0) - 128;
    const cr = (clamped[at + 2] ?? 0) - 128;
    clamped[at] = y + 1.402 * cr;
    clamped[at + 1] = y - 0.344136 * cb - 0.714136 * cr;
    clamped[at + 2] = y + 1.772 * cb;
  }
}

function damaged(cause?: unknown): Failure {
  return damagedTile('its JPEG 2000 picture could not be decoded', cause);
}
