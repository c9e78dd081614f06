// The pages of a TIFF as plain values: geotiff walks the directories, this file names what a slide needs of them and
// sets bounds to what a damaged file may ask for. It reads tags only, never a picture.

import { GeoTIFF, type ImageFileDirectory } from 'geotiff';
import { isAbort } from '../../lib/abort.ts';
import { Failure, isFailure } from '../../lib/failure.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';
import { BlockTable } from './block-table.ts';

/** More pages than any slide has. */
const MAX_PAGES = 4000;
/** More than any tag holds that is read whole; the tables of tiles are not. The longest are OME's descriptions. */
const MAX_TAG_BYTES = 1 << 25;

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Newest kind of page: bit 0 a smaller version of another, bit 3 Aperio's macro picture. */
  readonly subfileType: number;
  /** How the picture is cut, px; strips are as wide as the picture. Null when the page does not say. */
  readonly blocks: {
    readonly kind: 'tiles' | 'strips';
    readonly width: number;
    readonly height: number;
    readonly table: BlockTable;
  } | null;
  readonly compression: number;
  readonly photometric: number;
  readonly samplesPerPixel: number;
  readonly bitsPerSample: readonly number[];
  readonly planar: boolean;
  readonly predictor: number;
  readonly jpegTables: Uint8Array | null;
  readonly description: string;
  /** The program that wrote the file. */
  readonly software: string;
  /** Pixels a unit and the unit's number; null where the tag is not there. */
  readonly resolution: { readonly x: number; readonly y: number; readonly unit: number } | null;
  /** Numbers of all tags that the page has, known or not. */
  readonly tags: ReadonlySet<number>;
  /** Pages below this one, where some writers keep the smaller levels. */
  readonly below: readonly TiffPage[];
}

/**
 * Reads all directories.
 * @throws Failure `damaged`, and what reading throws; an AbortError.
 */
export async function readTiffPages(bytes: BlockedBytes, signal: AbortSignal): Promise<readonly TiffPage[]> {
  try {
    const tiff = await GeoTIFF.fromSource(geotiffSource(bytes, signal));
    const read = new PageReader(tiff, bytes);
    const pages: TiffPage[] = [];
    for (let offset = tiff.firstIFDOffset; offset !== 0; ) {
      const directory = await read.directoryAt(offset);
      pages.push(await read.page(directory));
      offset = directory.nextIFDByteOffset;
    }
    return pages;
  } catch (cause) {
    if (isFailure(cause) || isAbort(cause) || signal.aborted) throw cause;
    throw damaged(cause);
  }
}

/** What geotiff reads through. */
function geotiffSource(bytes: BlockedBytes, signal: AbortSignal) {
  const fetchSlice = async (slice: { offset: number; length: number }) => {
    if (!(slice.length <= MAX_TAG_BYTES)) throw damaged();
    const end = slice.offset + slice.length;
    return { ...slice, data: (await bytes.read(slice.offset, end, signal, 'blocks')).buffer };
  };
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

class PageReader {
  readonly #tiff: GeoTIFF;
  readonly #bytes: BlockedBytes;
  readonly #seen = new Set<number>();

  constructor(tiff: GeoTIFF, bytes: BlockedBytes) {
    this.#tiff = tiff;
    this.#bytes = bytes;
  }

  /** A directory met twice is a loop, which no sound file has. */
  async directoryAt(offset: number): Promise<ImageFileDirectory> {
    if (this.#seen.has(offset) || this.#seen.size >= MAX_PAGES) throw damaged();
    this.#seen.add(offset);
    return this.#tiff.parser.parseFileDirectoryAt(offset);
  }

  async page(directory: ImageFileDirectory): Promise<TiffPage> {
    const number = (tag: Parameters<ImageFileDirectory['getValue']>[0], missing: number) =>
      Number(directory.getValue(tag) ?? missing);
    const tables: unknown = directory.getValue('JPEGTables');
    const size = { width: number('ImageWidth', 0), height: number('ImageLength', 0) };
    const { actualizedFields, deferredFields, deferredArrays } = directory;
    const tags = new Set([...actualizedFields.keys(), ...deferredFields.keys(), ...deferredArrays.keys()].map(Number));
    const below: TiffPage[] = [];
    for (const offset of numbers(await directory.loadValue('SubIFDs'))) {
      below.push(await this.page(await this.directoryAt(offset)));
    }
    return {
      ...size,
      subfileType: number('NewSubfileType', 0),
      blocks: this.#blocks(directory, size),
      compression: number('Compression', 1),
      photometric: number('PhotometricInterpretation', -1),
      samplesPerPixel: number('SamplesPerPixel', 1),
      bitsPerSample: numbers(directory.getValue('BitsPerSample')),
      planar: number('PlanarConfiguration', 1) === 2,
      predictor: Number((await directory.loadValue('Predictor')) ?? 1),
      jpegTables: tables instanceof Uint8Array ? tables : null,
      description: text(await directory.loadValue('ImageDescription')),
      software: text(await directory.loadValue('Software')),
      resolution: await resolutionOf(directory),
      tags,
      below,
    };
  }

  #blocks(directory: ImageFileDirectory, size: { width: number; height: number }): TiffPage['blocks'] {
    const number = (tag: 'TileWidth' | 'TileLength' | 'RowsPerStrip') => Number(directory.getValue(tag) ?? 0);
    const table = (of: 'tiles' | 'strips') => new BlockTable(directory, this.#bytes, this.#tiff.littleEndian, of);
    const [width, height] = [number('TileWidth'), number('TileLength')];
    if (width > 0 && height > 0 && BlockTable.exists(directory, 'tiles')) {
      return { kind: 'tiles', width, height, table: table('tiles') };
    }
    if (!BlockTable.exists(directory, 'strips')) return null;
    const rows = number('RowsPerStrip') || size.height;
    return { kind: 'strips', width: size.width, height: Math.min(rows, size.height), table: table('strips') };
  }
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

function text(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\0+$/, '') : '';
}

function numbers(value: unknown): number[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value)];
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return Array.from(value as ArrayLike<number | bigint>, Number);
  }
  return [];
}

function damaged(cause?: unknown): Failure {
  return new Failure('damaged', 'The TIFF file is damaged or cut short. Copy or download it again.', { cause });
}
