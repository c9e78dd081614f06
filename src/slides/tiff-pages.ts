// The pages of a TIFF as plain values: geotiff walks the directories, this file names what a slide needs of them.
// It reads tags only, never a picture.

import { GeoTIFF, type ImageFileDirectory } from 'geotiff';
import { isAbort } from '../lib/abort.ts';
import { Failure, isFailure } from '../lib/failure.ts';
import type { BlockedBytes } from './byte-source.ts';
import { TileTable } from './tile-table.ts';

/** Far more pages than any slide has; a loop of directories ends here. */
const MAX_PAGES = 1000;

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Null for pages in strips. */
  readonly tiles: { readonly width: number; readonly height: number; readonly table: TileTable } | null;
  readonly compression: number;
  readonly photometric: number;
  readonly samplesPerPixel: number;
  readonly bitsPerSample: readonly number[];
  readonly planar: boolean;
  readonly predictor: number;
  readonly jpegTables: Uint8Array | null;
  readonly description: string;
  /** Pixels a unit and the unit's number; null where the tag is not there. */
  readonly resolution: { readonly x: number; readonly y: number; readonly unit: number } | null;
}

export interface TiffDirectory {
  readonly pages: readonly TiffPage[];
  /** Pages below the first one, where some writers keep the smaller levels. */
  readonly subPages: readonly TiffPage[];
}

/**
 * Reads all directories.
 * @throws Failure `damaged`, and what reading throws; an AbortError.
 */
export async function readTiffDirectory(bytes: BlockedBytes, signal: AbortSignal): Promise<TiffDirectory> {
  try {
    const tiff = await GeoTIFF.fromSource(geotiffSource(bytes, signal));
    const directories: ImageFileDirectory[] = [];
    let more = true;
    while (more && directories.length < MAX_PAGES) {
      const directory: ImageFileDirectory = await tiff.requestIFD(directories.length);
      directories.push(directory);
      more = directory.nextIFDByteOffset !== 0;
    }
    const subOffsets = numbers(await directories[0]?.loadValue('SubIFDs'));
    const below = await Promise.all(subOffsets.map((offset) => tiff.parser.parseFileDirectoryAt(offset)));
    const toPage = (directory: ImageFileDirectory) => pageOf(directory, bytes, tiff.littleEndian);
    return { pages: await Promise.all(directories.map(toPage)), subPages: await Promise.all(below.map(toPage)) };
  } catch (cause) {
    if (isFailure(cause) || isAbort(cause) || signal.aborted) throw cause;
    throw new Failure('damaged', 'The TIFF file is damaged or cut short. Copy or download it again.', { cause });
  }
}

/** What geotiff reads through. */
function geotiffSource(bytes: BlockedBytes, signal: AbortSignal) {
  const fetchSlice = async (slice: { offset: number; length: number }) => ({
    ...slice,
    data: (await bytes.read(slice.offset, slice.offset + slice.length, signal)).buffer,
  });
  return {
    get fileSize() {
      return bytes.size;
    },
    fetch: (slices: { offset: number; length: number }[]) =>
      Promise.all(slices.map(async (slice) => (await fetchSlice(slice)).data)),
    fetchSlice,
    close: async () => {},
  };
}

async function pageOf(directory: ImageFileDirectory, bytes: BlockedBytes, littleEndian: boolean): Promise<TiffPage> {
  const number = (tag: Parameters<ImageFileDirectory['getValue']>[0], missing: number) =>
    Number(directory.getValue(tag) ?? missing);
  const tileWidth = number('TileWidth', 0);
  const tileHeight = number('TileLength', 0);
  const [offsets, byteCounts] = [directory.hasTag('TileOffsets'), directory.hasTag('TileByteCounts')];
  const description: unknown = await directory.loadValue('ImageDescription');
  const tables: unknown = directory.getValue('JPEGTables');
  return {
    width: number('ImageWidth', 0),
    height: number('ImageLength', 0),
    tiles:
      tileWidth > 0 && tileHeight > 0 && offsets && byteCounts
        ? { width: tileWidth, height: tileHeight, table: new TileTable(directory, bytes, littleEndian) }
        : null,
    compression: number('Compression', 1),
    photometric: number('PhotometricInterpretation', -1),
    samplesPerPixel: number('SamplesPerPixel', 1),
    bitsPerSample: numbers(directory.getValue('BitsPerSample')),
    planar: number('PlanarConfiguration', 1) === 2,
    predictor: Number((await directory.loadValue('Predictor')) ?? 1),
    jpegTables: tables instanceof Uint8Array ? tables : null,
    description: typeof description === 'string' ? description.replace(/\0+$/, '') : '',
    resolution: await resolutionOf(directory),
  };
}

async function resolutionOf(directory: ImageFileDirectory): Promise<TiffPage['resolution']> {
  const [x, y] = [ratio(await directory.loadValue('XResolution')), ratio(await directory.loadValue('YResolution'))];
  const unit = Number((await directory.loadValue('ResolutionUnit')) ?? 2);
  return x > 0 && y > 0 ? { x, y, unit } : null;
}

function ratio(rational: unknown): number {
  const [numerator = 0, denominator = 0] = numbers(rational);
  return denominator === 0 ? 0 : numerator / denominator;
}

function numbers(value: unknown): number[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value)];
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return Array.from(value as ArrayLike<number | bigint>, Number);
  }
  return [];
}
