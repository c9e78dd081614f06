// Where each tile or strip of a TIFF page lies. The tables of a large slide are megabytes, so single entries are read as
// they are needed, through the block cache; a read that fails may be tried again.

import type { ImageFileDirectory } from 'geotiff';
import { Failure } from '../../lib/failure.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';

/** The two tags that say where: numbers by TIFF 6.0. */
const TAGS = {
  tiles: { offsets: 324, lengths: 325 },
  strips: { offsets: 273, lengths: 279 },
} as const;

export class BlockTable {
  readonly #directory: ImageFileDirectory;
  readonly #bytes: BlockedBytes;
  readonly #littleEndian: boolean;
  readonly #tags: (typeof TAGS)['tiles' | 'strips'];

  constructor(directory: ImageFileDirectory, bytes: BlockedBytes, littleEndian: boolean, of: 'tiles' | 'strips') {
    this.#directory = directory;
    this.#bytes = bytes;
    this.#littleEndian = littleEndian;
    this.#tags = TAGS[of];
  }

  /** Whether the page has such a table. */
  static exists(directory: ImageFileDirectory, of: 'tiles' | 'strips'): boolean {
    return directory.hasTag(TAGS[of].offsets) && directory.hasTag(TAGS[of].lengths);
  }

  /** How many entries both columns have. */
  async length(): Promise<number> {
    const { offsets, lengths } = this.#tags;
    return Math.min(await this.#entries(offsets), await this.#entries(lengths));
  }

  /** The bytes [start, end) of block `index`; null when the table says that there is none. */
  async find(index: number, signal: AbortSignal): Promise<{ start: number; end: number } | null> {
    const [start, length] = await Promise.all([
      this.#entry(this.#tags.offsets, index, signal),
      this.#entry(this.#tags.lengths, index, signal),
    ]);
    return length === 0 ? null : { start, end: start + length };
  }

  async #entries(tag: number): Promise<number> {
    const deferred = this.#directory.deferredArrays.get(tag);
    if (deferred !== undefined) return deferred.length;
    const value: unknown = await this.#directory.loadValue(tag);
    return typeof value === 'number' ? 1 : (asList(value)?.length ?? 0);
  }

  async #entry(tag: number, index: number, signal: AbortSignal): Promise<number> {
    const array = this.#directory.deferredArrays.get(tag);
    if (array === undefined) {
      const value: unknown = await this.#directory.loadValue(tag);
      const entry = typeof value === 'number' ? (index === 0 ? value : undefined) : asList(value)?.[index];
      if (entry === undefined) throw damaged();
      return Number(entry);
    }
    const start = array.arrayOffset + index * array.itemSize;
    const bytes = await this.#bytes.read(start, start + array.itemSize, signal, 'blocks');
    if (index >= array.length || bytes.length < array.itemSize) throw damaged();
    const view = new DataView(bytes.buffer);
    if (array.itemSize === 2) return view.getUint16(0, this.#littleEndian);
    if (array.itemSize === 4) return view.getUint32(0, this.#littleEndian);
    if (array.itemSize === 8) return Number(view.getBigUint64(0, this.#littleEndian));
    throw damaged();
  }
}

function asList(value: unknown): ArrayLike<number | bigint> | undefined {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  return isList ? (value as ArrayLike<number | bigint>) : undefined;
}

function damaged(): Failure {
  return new Failure(
    'damaged',
    'The TIFF file is damaged: it does not say where a tile lies. Copy or download it again.',
  );
}
