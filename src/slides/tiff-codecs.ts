// How the bytes of a TIFF tile become a picture or pixels: one entry a compression, loaded when a slide needs it. To
// read another compression, add its number here.

import type { getDecoder } from 'geotiff';
import { Failure } from '../lib/failure.ts';
import type { TiledPage } from './tiff-levels.ts';

/** A tile as the codec leaves it: a picture for the browser to decode, or samples row by row, 8 bits each. */
export type DecodedTile = { kind: 'picture'; blob: Blob } | { kind: 'samples'; samples: Uint8Array };

export type TileCodec = (bytes: Uint8Array<ArrayBuffer>, page: TiledPage) => Promise<DecodedTile>;

const RGB = 2;
const YCBCR = 6;
/** White is zero, black is zero. */
const GREYS = [0, 1];

/** Compressions by their number in the TIFF tag. */
const codecs: Readonly<Record<number, () => Promise<TileCodec>>> = {
  1: plain,
  5: plain,
  7: jpeg,
  8: plain,
  32773: plain,
  32946: plain,
  33003: jpeg2000('ycbcr'),
  33004: jpeg2000('rgb'),
  33005: jpeg2000('rgb'),
  34712: jpeg2000('rgb'),
  50000: plain,
  50001: webp,
};

const names: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  34887: 'LERC',
  34892: 'lossy JPEG (DNG)',
  34933: 'PNG',
  50002: 'JPEG XL',
};

/**
 * The codec for a page's tiles.
 * @throws Failure `unsupported-format` naming what is not read.
 */
export function codecFor(page: TiledPage): Promise<TileCodec> {
  const codec = codecs[page.compression];
  if (codec === undefined) {
    const name = names[page.compression] ?? `compression ${page.compression}`;
    throw unsupported(`its tiles are packed as ${name}`);
  }
  const isPicture = page.compression === 7 || page.compression === 50001;
  if (page.bitsPerSample.some((bits) => bits !== 8)) {
    throw unsupported(`it has ${page.bitsPerSample.join(', ')} bits a sample instead of 8`);
  }
  if (page.planar && page.samplesPerPixel > 1) throw unsupported('its colours are stored in separate planes');
  if (page.photometric !== RGB && !GREYS.includes(page.photometric) && !(isPicture && page.photometric === YCBCR)) {
    throw unsupported(`its colours are of kind ${page.photometric}, neither RGB nor grey`);
  }
  return codec();
}

function unsupported(what: string): Failure {
  return new Failure(
    'unsupported-format',
    `This TIFF can't be shown: ${what}. Convert it to a tiled RGB TIFF with JPEG tiles, for example with libvips.`,
  );
}

async function jpeg(): Promise<TileCodec> {
  const { spliceJpeg } = await import('./jpeg-splice.ts');
  return async (bytes, { jpegTables, photometric, samplesPerPixel }) => {
    const colour = samplesPerPixel < 3 ? 'grey' : photometric === RGB ? 'rgb' : 'ycbcr';
    return { kind: 'picture', blob: spliceJpeg(bytes, jpegTables, colour) };
  };
}

async function webp(): Promise<TileCodec> {
  return async (bytes) => ({ kind: 'picture', blob: new Blob([bytes], { type: 'image/webp' }) });
}

/** Aperio's 33003 holds YCbCr in a codestream that does not say so; the others are what their codestream says. */
function jpeg2000(colour: 'rgb' | 'ycbcr') {
  return async (): Promise<TileCodec> => {
    const { decodeJpeg2000 } = await import('./jpeg2000.ts');
    return async (bytes, { tiles, samplesPerPixel }) => {
      const maxPixels = tiles.width * tiles.height;
      const picture = await decodeJpeg2000({ bytes, ycbcr: colour === 'ycbcr', maxPixels });
      const { width, height, samples } = picture;
      if (width !== tiles.width || height !== tiles.height || picture.samplesPerPixel !== samplesPerPixel) {
        throw new Failure(
          'damaged',
          `A tile is damaged: it is ${width} x ${height} px instead of ${tiles.width} x ${tiles.height}.`,
        );
      }
      return { kind: 'samples', samples };
    };
  };
}

/** Lossless packings, by geotiff's decoders. */
async function plain(): Promise<TileCodec> {
  const geotiff = await import('geotiff');
  return async (bytes, page) => {
    const parameters: Parameters<typeof getDecoder>[1] = {
      tileWidth: page.tiles.width,
      tileHeight: page.tiles.height,
      predictor: page.predictor,
      bitsPerSample: [...page.bitsPerSample],
      planarConfiguration: 1,
    };
    try {
      const decoder = await geotiff.getDecoder(page.compression, parameters);
      return { kind: 'samples', samples: new Uint8Array(await decoder.decode(bytes.buffer)) };
    } catch (cause) {
      throw new Failure('damaged', 'A tile is damaged: it could not be unpacked.', { cause });
    }
  };
}
