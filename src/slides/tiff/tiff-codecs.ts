// How the bytes of a TIFF tile or strip become a picture or samples: one entry a compression, loaded when a slide needs
// it. To read another compression, add its number here.

import { Failure } from '../../lib/failure.ts';
import { damagedTile } from '../damaged-tile.ts';
import type { TiffPage } from './tiff-pages.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** One tile or strip, px; `samplesPerPixel` is what lies in it, 1 where each colour has a plane of its own. */
export interface BlockShape {
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
}

/** `pictures`: the browser decodes them. `samples`: rows of 8-bit samples of exactly the block's shape. */
export type TileCodec =
  | {
      readonly kind: 'pictures';
      /** `planes` are the same block of one page, or of the pages of red, green and blue. */
      picture(planes: readonly { bytes: Bytes; page: TiffPage }[], shape: BlockShape): Blob;
    }
  | { readonly kind: 'samples'; unpack(bytes: Bytes, page: TiffPage, shape: BlockShape): Promise<Uint8Array> };

const RGB = 2;
const YCBCR = 6;
/** White is zero, black is zero. */
const GREYS = [0, 1];

/** Compressions by their number in the TIFF tag. */
const codecs: Readonly<Record<number, () => Promise<TileCodec>>> = {
  1: lossless,
  5: lossless,
  7: jpeg,
  8: lossless,
  32773: lossless,
  32946: lossless,
  33003: jpeg2000('ycbcr'),
  33004: jpeg2000('rgb'),
  33005: jpeg2000('rgb'),
  34712: jpeg2000('rgb'),
  50000: lossless,
  50001: webp,
};
const BROWSER_DECODES = [7, 50001];
const JPEG_2000 = [33003, 33004, 33005, 34712];

const names: Readonly<Record<number, string>> = {
  2: 'fax',
  3: 'fax',
  4: 'fax',
  6: 'old-style JPEG',
  22610: 'JPEG XR',
  34887: 'LERC',
  34892: 'lossy JPEG (DNG)',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

/**
 * The codec for a page's tiles.
 * @throws Failure `unsupported-format` naming what is not read.
 */
export function codecFor(page: TiffPage): Promise<TileCodec> {
  const { compression, photometric, bitsPerSample, samplesPerPixel, predictor } = page;
  const codec = codecs[compression];
  if (codec === undefined) throw unsupported(`its tiles are packed as ${names[compression] ?? `kind ${compression}`}`);
  const deep = bitsPerSample.find((bits) => bits !== 8);
  if (deep !== undefined) {
    throw unsupported(`it has ${deep} bits a sample instead of 8, as fluorescence and raw camera pictures have`);
  }
  const decidesColours = BROWSER_DECODES.includes(compression) || JPEG_2000.includes(compression);
  if (photometric !== RGB && !GREYS.includes(photometric) && !(decidesColours && photometric === YCBCR)) {
    throw unsupported(`its colours are of kind ${photometric}, neither RGB nor grey`);
  }
  if (samplesPerPixel < 1 || samplesPerPixel > 5 || (samplesPerPixel === 2 && photometric === RGB)) {
    throw unsupported(`it has ${samplesPerPixel} samples a pixel`);
  }
  if (predictor > 2 && !decidesColours) throw unsupported('it holds fractions instead of whole numbers');
  return codec();
}

export function unsupported(what: string): Failure {
  return new Failure(
    'unsupported-format',
    `This TIFF can't be shown: ${what}. Convert it to a tiled RGB TIFF with JPEG tiles, for example with ` +
      '"vips tiffsave in.tif out.tif --tile --pyramid --compression jpeg".',
  );
}

async function jpeg(): Promise<TileCodec> {
  const { spliceJpeg } = await import('./jpeg-splice.ts');
  const { joinGreyJpegs } = await import('./jpeg-planes.ts');
  return {
    kind: 'pictures',
    picture(planes, shape) {
      const parts = planes.map(({ bytes, page }) => ({ stream: bytes, tables: page.jpegTables }));
      const [first] = parts;
      if (first === undefined || parts.length > 1) return joinGreyJpegs(parts, shape);
      const isRgb = planes[0]?.page.photometric === RGB;
      const colour = shape.samplesPerPixel < 3 ? 'grey' : isRgb ? 'rgb' : 'ycbcr';
      return spliceJpeg(first.stream, first.tables, colour, shape);
    },
  };
}

async function webp(): Promise<TileCodec> {
  const { checkWebp } = await import('./webp-header.ts');
  return {
    kind: 'pictures',
    picture(planes, shape) {
      const [only] = planes;
      if (only === undefined || planes.length > 1) throw unsupported('its colours are separate WebP pictures');
      checkWebp(only.bytes, shape);
      return new Blob([only.bytes], { type: 'image/webp' });
    },
  };
}

/** Aperio's 33003 holds YCbCr in a codestream that does not say so; the others are what their codestream says. */
function jpeg2000(colour: 'rgb' | 'ycbcr') {
  return async (): Promise<TileCodec> => {
    const { decodeJpeg2000 } = await import('../jpeg2000/jpeg2000.ts');
    return {
      kind: 'samples',
      async unpack(bytes, _page, { width, height, samplesPerPixel }) {
        const picture = await decodeJpeg2000({ bytes, ycbcr: colour === 'ycbcr', maxPixels: width * height });
        if (picture.width !== width || picture.height !== height || picture.samplesPerPixel !== samplesPerPixel) {
          const found = `${picture.width} x ${picture.height} px of ${picture.samplesPerPixel} samples`;
          throw damagedTile(`it is ${found} instead of ${width} x ${height} px`);
        }
        return picture.samples;
      },
    };
  };
}

async function lossless(): Promise<TileCodec> {
  const { unpackers, undoDifferences } = await import('./unpack.ts');
  return {
    kind: 'samples',
    async unpack(bytes, { compression, predictor }, { width, height, samplesPerPixel }) {
      const length = width * height * samplesPerPixel;
      const unpack = unpackers.get(compression);
      if (unpack === undefined) throw new RangeError(`No packing ${compression}`);
      const samples = await Promise.resolve()
        .then(() => unpack(bytes, length))
        .catch((cause) => {
          throw damagedTile('it could not be unpacked', cause);
        });
      if (samples.length < length) {
        throw damagedTile('it holds fewer pixels than it should');
      }
      if (predictor === 2) undoDifferences(samples, width, samplesPerPixel);
      return samples;
    },
  };
}
