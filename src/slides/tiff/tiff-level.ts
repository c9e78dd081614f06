// Reads the tiles of one level of a TIFF, whichever way it is cut: tiles, strips, one page for all colours or one each.
// Checks first that what the page says makes sense, so that a damaged file can't ask for memory without end.

import { Failure } from '../../lib/failure.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';
import type { SourceTile } from '../slide-source.ts';
import { codecFor, type TileCodec, unsupported } from './tiff-codecs.ts';
import type { LevelOfPages } from './tiff-layout.ts';
import type { TiffPage } from './tiff-pages.ts';
import { rgbaOfSamples } from './tiff-samples.ts';

/** The largest tile or strip that is decoded at once, px: 64 MB as RGBA. */
const MAX_BLOCK_PX = 1 << 24;
/** Strips are put together to about so many rows. */
const BAND_ROWS = 512;
/** A picture in strips has no smaller levels, so all of it is read to show all of it. */
export const MAX_STRIPED_PX = 64e6;
const NO_COMPRESSION = 1;

/** Where a colour lies: its page, and the number of its first block there. */
interface Plane {
  readonly page: TiffPage;
  readonly firstBlock: number;
}

export class TiffLevel {
  readonly width: number;
  readonly height: number;
  readonly downsample: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly #bytes: BlockedBytes;
  readonly #blocks: NonNullable<TiffPage['blocks']>;
  readonly #planes: readonly Plane[];
  readonly #codec: TileCodec;
  /** Blocks of a plane. */
  readonly #across: number;
  readonly #down: number;
  readonly #photometric: number;
  /** In a block. */
  readonly #samplesPerPixel: number;
  /** One strip of rows that lie there as they are: any of them can be read by itself. */
  readonly #isRaw: boolean;

  /** @throws Failure `unsupported-format`, `damaged`. */
  static async open(bytes: BlockedBytes, level: LevelOfPages): Promise<TiffLevel> {
    const [page] = level.pages;
    const blocks = page?.blocks ?? null;
    if (page === undefined || blocks === null) throw damaged('it does not say where its picture lies');
    const sizes = [page.width, page.height, blocks.width, blocks.height, level.width, level.height];
    if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0)) throw damaged('a size in it makes no sense');
    if (blocks.kind === 'strips' && page.width * page.height > MAX_STRIPED_PX) {
      throw unsupported(`it is not cut into tiles, and has more than ${MAX_STRIPED_PX / 1e6} million pixels`);
    }
    const codec = await codecFor(page);
    for (const other of level.pages.slice(1)) await codecFor(other);
    const made = new TiffLevel(bytes, level, page, blocks, codec);
    if (made.tileWidth * made.tileHeight > MAX_BLOCK_PX) throw unsupported('its tiles or strips are too large');
    for (const { page: each, firstBlock } of made.#planes) {
      const there = (await each.blocks?.table.length()) ?? 0;
      if (there < firstBlock + made.#across * made.#down) throw damaged('its list of tiles is too short');
    }
    return made;
  }

  private constructor(
    bytes: BlockedBytes,
    level: LevelOfPages,
    page: TiffPage,
    blocks: NonNullable<TiffPage['blocks']>,
    codec: TileCodec,
  ) {
    this.width = level.width;
    this.height = level.height;
    this.downsample = level.downsample;
    this.#bytes = bytes;
    this.#blocks = blocks;
    this.#codec = codec;
    this.#across = Math.ceil(page.width / blocks.width);
    this.#down = Math.ceil(page.height / blocks.height);
    const separate = page.planar && page.samplesPerPixel >= 3;
    this.#planes = separate
      ? [0, 1, 2].map((plane) => ({ page, firstBlock: plane * this.#across * this.#down }))
      : level.pages.map((each) => ({ page: each, firstBlock: 0 }));
    this.#photometric = page.photometric;
    this.#samplesPerPixel = this.#planes.length > 1 ? 1 : page.samplesPerPixel;
    this.#isRaw = blocks.kind === 'strips' && page.compression === NO_COMPRESSION && this.#down === 1;
    const inBand = blocks.kind === 'strips' && codec.kind === 'samples' ? Math.floor(BAND_ROWS / blocks.height) : 1;
    this.tileWidth = blocks.width;
    this.tileHeight = this.#isRaw ? Math.min(BAND_ROWS, page.height) : blocks.height * Math.max(1, inBand);
  }

  /**
   * The tile of `width` x `height` px that lies on the level.
   * @throws Failure `damaged` and what reading throws; an AbortError.
   */
  async read(column: number, row: number, signal: AbortSignal): Promise<SourceTile> {
    const width = Math.min(this.tileWidth, this.width - column * this.tileWidth);
    const height = Math.min(this.tileHeight, this.height - row * this.tileHeight);
    const codec = this.#codec;
    if (codec.kind === 'samples') {
      const planes = await Promise.all(this.#planes.map((plane) => this.#samples(codec, plane, column, row, signal)));
      const there = planes.filter((plane) => plane !== null);
      if (there.length < planes.length) return { kind: 'missing' };
      const layout = {
        tileWidthPx: this.tileWidth,
        samplesPerPixel: this.#samplesPerPixel,
        photometric: this.#photometric,
      };
      return { kind: 'pixels', data: rgbaOfSamples(there, layout, width, height), width, height };
    }
    const index = row * this.#across + column;
    const packed = await Promise.all(this.#planes.map((plane) => this.#block(plane, index, signal)));
    const planes = packed.flatMap((bytes, k) => {
      const page = this.#planes[k]?.page;
      return bytes === null || page === undefined ? [] : [{ bytes, page }];
    });
    if (planes.length < packed.length) return { kind: 'missing' };
    const shape = { width: this.tileWidth, height: this.tileHeight, samplesPerPixel: this.#samplesPerPixel };
    return { kind: 'encoded', blob: codec.picture(planes, shape), core: { x: 0, y: 0, width, height } };
  }

  /** The rows of a tile: those of one block, or of the strips that make a band. Null where the file leaves one out. */
  async #samples(
    codec: Extract<TileCodec, { kind: 'samples' }>,
    plane: Plane,
    column: number,
    row: number,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    const { page } = plane;
    const samplesPerPixel = this.#samplesPerPixel;
    const { width, height } = this.#blocks;
    const strips = this.#blocks.kind === 'strips';
    if (this.#isRaw) return this.#rawRows(plane, row, signal);
    const perTile = Math.max(1, Math.round(this.tileHeight / height));
    const first = row * perTile;
    const last = Math.min(first + perTile, this.#down);
    const parts = await Promise.all(
      Array.from({ length: last - first }, async (_, k) => {
        const bytes = await this.#block(plane, (first + k) * this.#across + column, signal);
        if (bytes === null) return null;
        // The last strip ends with the picture; tiles are always whole.
        const rows = strips ? Math.min(height, page.height - (first + k) * height) : height;
        return codec.unpack(bytes, page, { width, height: rows, samplesPerPixel });
      }),
    );
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    return parts.every((part) => part !== null) ? joinBytes(parts) : null;
  }

  async #rawRows({ page, firstBlock }: Plane, row: number, signal: AbortSignal): Promise<Uint8Array | null> {
    const place = await page.blocks?.table.find(firstBlock, signal);
    if (place === null || place === undefined) return null;
    const rowBytes = page.width * this.#samplesPerPixel;
    const start = place.start + row * this.tileHeight * rowBytes;
    const rows = Math.min(this.tileHeight, page.height - row * this.tileHeight);
    return this.#read(start, Math.min(place.end, start + rows * rowBytes), signal);
  }

  /** The packed bytes of block `index` of a plane; null where the file leaves it out. */
  async #block({ page, firstBlock }: Plane, index: number, signal: AbortSignal) {
    const place = await page.blocks?.table.find(firstBlock + index, signal);
    if (place === null || place === undefined) return null;
    // No packing makes anything twice as large, but for the headers of a tiny one.
    const most = 2 * this.#blocks.width * this.#blocks.height * page.samplesPerPixel + (1 << 16);
    if (place.end - place.start > most) throw damaged('a tile in it is longer than it can be');
    return this.#read(place.start, place.end, signal);
  }

  async #read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#bytes.read(start, end, signal);
    if (bytes.length < end - start) {
      throw new Failure('damaged', 'The file ends before this tile: it was cut short. Copy or download it again.');
    }
    return bytes;
  }
}

function damaged(what: string): Failure {
  return new Failure('damaged', `The TIFF file is damaged: ${what}. Copy or download it again.`);
}
