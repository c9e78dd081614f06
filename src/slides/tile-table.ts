// Where each tile of a TIFF page lies. The tables of a large slide are megabytes, so single entries are read as they
// are needed, through the block cache; a read that fails may be tried again.

import type { ImageFileDirectory } from 'geotiff';
import { Failure } from '../lib/failure.ts';
import type { BlockedBytes } from './byte-source.ts';

type TableTag = 'TileOffsets' | 'TileByteCounts';

export class TileTable {
  readonly #directory: ImageFileDirectory;
  readonly #bytes: BlockedBytes;
  readonly #littleEndian: boolean;

  constructor(directory: ImageFileDirectory, bytes: BlockedBytes, littleEndian: boolean) {
    this.#directory = directory;
    this.#bytes = bytes;
    this.#littleEndian = littleEndian;
  }

  /** The bytes [start, end) of tile `index`; null when the table says that there is none. */
  async find(index: number, signal: AbortSignal): Promise<{ start: number; end: number } | null> {
    const [start, length] = await Promise.all([
      this.#entry('TileOffsets', index, signal),
      this.#entry('TileByteCounts', index, signal),
    ]);
    return length === 0 ? null : { start, end: start + length };
  }

  async #entry(tag: TableTag, index: number, signal: AbortSignal): Promise<number> {
    const array = this.#directory.deferredArrays.get(TAG_NUMBERS[tag]);
    if (array === undefined) {
      const value: unknown = await this.#directory.loadValue(tag);
      const entry = typeof value === 'number' ? (index === 0 ? value : undefined) : at(value, index);
      if (entry === undefined) throw damaged();
      return entry;
    }
    const start = array.arrayOffset + index * array.itemSize;
    const bytes = await this.#bytes.read(start, start + array.itemSize, signal);
    if (index >= array.length || bytes.length < array.itemSize) throw damaged();
    const view = new DataView(bytes.buffer);
    if (array.itemSize === 2) return view.getUint16(0, this.#littleEndian);
    if (array.itemSize === 4) return view.getUint32(0, this.#littleEndian);
    return Number(view.getBigUint64(0, this.#littleEndian));
  }
}

const TAG_NUMBERS: Record<TableTag, number> = { TileOffsets: 324, TileByteCounts: 325 };

function at(value: unknown, index: number): number | undefined {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const entry = isList ? (value as ArrayLike<number | bigint>)[index] : undefined;
  return entry === undefined ? undefined : Number(entry);
}

function damaged(): Failure {
  return new Failure('damaged', 'The TIFF file is damaged: it does not say where a tile lies.');
}
