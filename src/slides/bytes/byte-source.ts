// Random access to the bytes of one file, wherever it lies: behind a link that answers range requests, or on the user's
// own disk. Small reads are served from cached blocks, so that a few larger requests do the work of many.

import { Failure } from '../../lib/failure.ts';
import { Lru } from '../../lib/lru.ts';
import { SharedTask } from '../../lib/shared-task.ts';

/** Where the bytes come from, unbuffered. */
export interface ByteSource {
  /** Bytes of the file, null when the server does not tell. */
  readonly size: number | null;
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** The bytes [start, end), fewer where the file ends before. */
  read(start: number, end: number, signal: AbortSignal): Promise<ArrayBuffer>;
}

/** A file the user picked. */
export class FileBytes implements ByteSource {
  bytesRead = 0;
  readonly #file: Blob;

  constructor(file: Blob) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  /** @throws Failure `not-found` when the file was moved or changed since it was picked. */
  async read(start: number, end: number, signal: AbortSignal): Promise<ArrayBuffer> {
    signal.throwIfAborted();
    try {
      const bytes = await this.#file.slice(start, end).arrayBuffer();
      this.bytesRead += bytes.byteLength;
      return bytes;
    } catch (cause) {
      throw new Failure('not-found', "The file can't be read any more: it was moved or changed. Open it again.", {
        cause,
      });
    }
  }
}

/** Neighbouring blocks that are read with one request. */
interface BlockRun {
  readonly firstBlock: number;
  readonly task: SharedTask<Uint8Array>;
}

/** How much is fetched around what is asked for: its `window`, for pictures; or only its blocks, for scattered tags. */
export type Reach = 'window' | 'blocks';

export interface BlockedOptions {
  /** What is kept or forgotten as one. */
  readonly blockBytes?: number;
  /** What is fetched at once, a multiple of a block: neighbours in a file are mostly neighbours on the slide. */
  readonly windowBytes?: number;
  /** Of blocks kept. */
  readonly budgetBytes?: number;
}

/** A byte source read in blocks that are kept for a while; readers of the same block share one request. */
export class BlockedBytes {
  readonly #source: ByteSource;
  readonly #blockBytes: number;
  readonly #windowBlocks: number;
  readonly #kept: Lru<number, Uint8Array>;
  readonly #pending = new Map<number, BlockRun>();

  constructor(source: ByteSource, options: BlockedOptions = {}) {
    const { blockBytes = 1 << 15, windowBytes = Math.max(blockBytes, 1 << 18), budgetBytes = 1 << 25 } = options;
    this.#source = source;
    this.#blockBytes = blockBytes;
    this.#windowBlocks = Math.max(1, Math.round(windowBytes / blockBytes));
    this.#kept = new Lru(budgetBytes);
  }

  get size(): number | null {
    return this.#source.size;
  }

  get bytesRead(): number {
    return this.#source.bytesRead;
  }

  /** The bytes [start, end), fewer where the file ends before. Throws what the source throws; an AbortError. */
  async read(
    start: number,
    end: number,
    signal?: AbortSignal,
    reach: Reach = 'window',
  ): Promise<Uint8Array<ArrayBuffer>> {
    const size = this.#blockBytes;
    const firstBlock = Math.floor(start / size);
    const endBlock = Math.ceil(Math.min(end, this.#source.size ?? end) / size);
    this.#request(firstBlock, endBlock, reach);
    const blocks: (Uint8Array | Promise<Uint8Array>)[] = [];
    for (let block = firstBlock; block < endBlock; block++) {
      const run = this.#pending.get(block);
      const kept = this.#kept.get(block);
      if (kept !== undefined) blocks.push(kept);
      else if (run !== undefined) {
        const from = (block - run.firstBlock) * size;
        blocks.push(run.task.join(signal).then((bytes) => bytes.subarray(from, from + size)));
      }
    }
    return cut(await Promise.all(blocks), start - firstBlock * size, end - start);
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Starts a request for every run of blocks that is neither there nor under way, and holds some of those asked for. */
  #request(firstBlock: number, endBlock: number, reach: Reach): void {
    const missing = (block: number) =>
      this.#kept.get(block) === undefined && (this.#pending.get(block)?.task.abandoned ?? true);
    const window = reach === 'window' ? this.#windowBlocks : 1;
    const last = Math.ceil((this.#source.size ?? Number.POSITIVE_INFINITY) / this.#blockBytes);
    const windowEnd = Math.min(last, Math.ceil(endBlock / window) * window);
    for (let from = Math.floor(firstBlock / window) * window; from < windowEnd; from++) {
      if (!missing(from)) continue;
      let to = from + 1;
      while (to < windowEnd && missing(to)) to++;
      if (from < endBlock && to > firstBlock) this.#requestRun(from, to);
      from = to;
    }
  }

  #requestRun(from: number, to: number): void {
    const size = this.#blockBytes;
    const run: BlockRun = {
      firstBlock: from,
      task: new SharedTask(async (signal) => {
        try {
          const bytes = new Uint8Array(await this.#source.read(from * size, to * size, signal));
          for (let at = 0; at < bytes.length; at += size) {
            // A copy: a view would keep the whole run alive.
            const block = bytes.slice(at, at + size);
            this.#kept.set(from + at / size, block, block.length);
          }
          return bytes;
        } finally {
          for (let block = from; block < to; block++) {
            if (this.#pending.get(block) === run) this.#pending.delete(block);
          }
        }
      }),
    };
    for (let block = from; block < to; block++) this.#pending.set(block, run);
  }
}

function cut(blocks: readonly Uint8Array[], skip: number, length: number): Uint8Array<ArrayBuffer> {
  const available = blocks.reduce((sum, block) => sum + block.length, 0) - skip;
  const bytes = new Uint8Array(Math.max(0, Math.min(length, available)));
  let at = -skip;
  for (const block of blocks) {
    const from = Math.max(0, -at);
    const part = block.subarray(from, Math.max(from, bytes.length - at));
    bytes.set(part, at + from);
    at += block.length;
    if (at >= bytes.length) break;
  }
  return bytes;
}
