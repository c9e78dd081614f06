// Where each frame of a DICOM file lies (PS3.5, annex A.4): at equal distances when pixels are stored as they are, else in
// fragments that a table of offsets leads to, or that must be walked through once where the writer left the table empty.

import { Failure } from '../../lib/failure.ts';
import { BlockedBytes, type ByteSource } from '../bytes/byte-source.ts';
import type { PixelPlace } from './dicom-file.ts';

const ITEM = 0xe000fffe;
const ITEM_HEADER_BYTES = 8;
/** A frame is a tile: more than this is none. */
const MAX_FRAME_BYTES = 1 << 28;

/** The bytes [start, end) of a frame's fragments, in order. */
type Ranges = readonly { readonly start: number; readonly end: number }[];

export class FrameIndex {
  readonly #source: ByteSource;
  readonly #bytes: BlockedBytes;
  readonly #pixels: PixelPlace;
  readonly #frameCount: number;
  #offsets: Promise<readonly number[] | null> | null = null;
  #walked: Promise<readonly Ranges[]> | null = null;

  /** `source` is what `bytes` keeps blocks of. */
  constructor(source: ByteSource, bytes: BlockedBytes, pixels: PixelPlace, frameCount: number) {
    this.#source = source;
    this.#bytes = bytes;
    this.#pixels = pixels;
    this.#frameCount = frameCount;
  }

  /**
   * The bytes of frame `index`, counted from 0.
   * @throws Failure `damaged`, and what reading throws; an AbortError.
   */
  async read(index: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const ranges = await this.#rangesOf(index, signal);
    const length = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    if (length > MAX_FRAME_BYTES) throw damaged();
    const frame = new Uint8Array(length);
    let at = 0;
    for (const { start, end } of ranges) {
      const part = await this.#bytes.read(start, end, signal);
      if (part.length < end - start) throw damaged();
      frame.set(part, at);
      at += part.length;
    }
    return frame;
  }

  async #rangesOf(index: number, signal: AbortSignal): Promise<Ranges> {
    const { start, length } = this.#pixels;
    if (length !== null) {
      const frameBytes = Math.floor(length / this.#frameCount);
      return [{ start: start + index * frameBytes, end: start + (index + 1) * frameBytes }];
    }
    // One reader's leaving must not fail the others: what is asked of the file here is little, or asked once.
    const { signal: forAll } = new AbortController();
    this.#offsets ??= this.#readOffsets(forAll);
    const offsets = await this.#offsets;
    signal.throwIfAborted();
    if (offsets !== null) {
      const from = offsets[index];
      if (from === undefined) throw damaged();
      return this.#fragments(this.#bytes, from, offsets[index + 1] ?? null, signal);
    }
    this.#walked ??= this.#walk(forAll);
    const ranges = (await this.#walked)[index];
    if (ranges === undefined) throw damaged();
    return ranges;
  }

  /** Positions in the file of every frame's first fragment; null when the table is empty. */
  async #readOffsets(signal: AbortSignal): Promise<readonly number[] | null> {
    const length = await itemLength(this.#bytes, this.#pixels.start, signal);
    if (length === null || length > 4 * this.#frameCount) throw damaged();
    if (length === 0) return null;
    const start = this.#pixels.start + ITEM_HEADER_BYTES;
    const table = await this.#bytes.read(start, start + length, signal);
    if (table.length < length) throw damaged();
    const view = new DataView(table.buffer);
    return Array.from({ length: length / 4 }, (_, k) => start + length + view.getUint32(4 * k, true));
  }

  /** The fragments from `at` up to `end`, or the end of the pixels. */
  async #fragments(bytes: BlockedBytes, at: number, end: number | null, signal: AbortSignal): Promise<Ranges> {
    const ranges: { start: number; end: number }[] = [];
    for (let next = at; end === null || next < end; ) {
      const length = await itemLength(bytes, next, signal);
      if (length === null) break;
      const start = next + ITEM_HEADER_BYTES;
      ranges.push({ start, end: start + length });
      next = start + length;
    }
    if (ranges.length === 0) throw damaged();
    return ranges;
  }

  /** All frames without a table: one fragment each, or nobody can tell which fragments make a frame. */
  async #walk(signal: AbortSignal): Promise<readonly Ranges[]> {
    // Large blocks, read once and let go.
    const passing = new BlockedBytes(this.#source, { blockBytes: 1 << 20, budgetBytes: 1 << 21 });
    const tableBytes = (await itemLength(passing, this.#pixels.start, signal)) ?? 0;
    const ranges = await this.#fragments(passing, this.#pixels.start + ITEM_HEADER_BYTES + tableBytes, null, signal);
    if (this.#frameCount === 1) return [ranges];
    if (ranges.length < this.#frameCount) throw damaged();
    if (ranges.length > this.#frameCount) {
      throw new Failure(
        'unsupported-format',
        'This DICOM slide has several fragments a frame and no table that says which. Write it anew with an offset table.',
      );
    }
    return ranges.map((range) => [range]);
  }
}

/** Bytes of the item at `at`; null when there is none but the mark of the end, or the file's end. */
async function itemLength(bytes: BlockedBytes, at: number, signal: AbortSignal): Promise<number | null> {
  const header = await bytes.read(at, at + ITEM_HEADER_BYTES, signal);
  if (header.length < ITEM_HEADER_BYTES) return null;
  const view = new DataView(header.buffer);
  return view.getUint32(0, true) === ITEM ? view.getUint32(4, true) : null;
}

function damaged(): Failure {
  return new Failure(
    'damaged',
    'The DICOM file is damaged or was cut short: a frame is not where it should be. Copy it again.',
  );
}
