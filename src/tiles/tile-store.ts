// The one place tiles come from, for the screen and for the model: each is fetched and decoded once, kept within a
// budget of bytes, shared while under way. Decides what a missing tile means. Sources try again what networks let fail.

import { isAbort } from '../lib/abort.ts';
import { Failure, isFailure } from '../lib/failure.ts';
import { Lru } from '../lib/lru.ts';
import { SharedTask } from '../lib/shared-task.ts';
import { tileCounts } from '../pyramid/levels.ts';
import type { SlideDescription, SlideSource, TileAddress } from '../slides/slide-source.ts';
import { CoolDown } from './cool-down.ts';
import type { PictureDecoder, TilePixels } from './picture-decoder.ts';
import { type TilePriority, TileQueue } from './tile-queue.ts';

/** A tile that a sparse pyramid left out: white all over. */
export const BACKGROUND = 'background';

export type Tile = TilePixels | typeof BACKGROUND;

export interface TileStoreOptions {
  /** Bytes of decoded tiles to keep. */
  readonly budgetBytes: number;
  /** Tiles read and decoded at the same time. */
  readonly maxRunning: number;
  /** One of its own unless told. */
  readonly coolDown?: CoolDown;
}

interface Pending {
  readonly task: SharedTask<Tile>;
  raise(priority: TilePriority): void;
}

export class TileStore {
  readonly description: SlideDescription;
  readonly #source: SlideSource;
  readonly #decoder: PictureDecoder;
  readonly #queue: TileQueue;
  readonly #kept: Lru<string, TilePixels>;
  readonly #pending = new Map<string, Pending>();
  readonly #closed = new AbortController();
  readonly #levelsWithTiles = new Set<number>();
  readonly #levelProbes = new Map<number, Promise<boolean>>();
  readonly #background = new Set<string>();
  readonly #decodedOnce = new Set<string>();
  readonly #coolDown: CoolDown;
  #tilesDecoded = 0;

  /** `description` is the source's own, or that with what the user knows better. */
  constructor(source: SlideSource, description: SlideDescription, decoder: PictureDecoder, options: TileStoreOptions) {
    this.#source = source;
    this.description = description;
    this.#decoder = decoder;
    this.#queue = new TileQueue(options.maxRunning);
    this.#kept = new Lru(options.budgetBytes);
    this.#coolDown = options.coolDown ?? new CoolDown();
    globalThis.addEventListener?.('online', () => this.#coolDown.clear(), { signal: this.#closed.signal });
  }

  /**
   * The tile's pixels, exactly the tile's size.
   * @throws Failure `tile-unavailable` with the reason in words; an AbortError.
   */
  async get(address: TileAddress, priority: TilePriority, signal?: AbortSignal): Promise<Tile> {
    signal?.throwIfAborted();
    const key = keyOf(address);
    if (this.#background.has(key)) return BACKGROUND;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    let pending = this.#pending.get(key);
    if (pending === undefined || pending.task.abandoned) {
      pending = this.#start(key, address, priority);
      this.#pending.set(key, pending);
    } else {
      pending.raise(priority);
    }
    return pending.task.join(signal);
  }

  #start(key: string, address: TileAddress, priority: TilePriority): Pending {
    let raise: Pending['raise'] = () => {};
    const task = new SharedTask<Tile>(async (left) => {
      const signal = AbortSignal.any([left, this.#closed.signal]);
      try {
        const place = this.#queue.add(priority, signal, () => this.#read(key, address, signal));
        raise = place.raise;
        const pixels = await place.result;
        return pixels ?? (await this.#missing(key, address));
      } finally {
        if (this.#pending.get(key)?.task === task) this.#pending.delete(key);
      }
    });
    return { task, raise: (to) => raise(to) };
  }

  /** Fetches and decodes; null when there is no such tile. */
  async #read(key: string, address: TileAddress, signal: AbortSignal): Promise<TilePixels | null> {
    const coolingDown = this.#coolDown.failureOf(key);
    if (coolingDown !== null) throw coolingDown;
    try {
      const tile = await this.#source.readTile(address, signal);
      this.#coolDown.succeeded(key);
      if (tile.kind === 'missing') return null;
      const pixels = tile.kind === 'pixels' ? tile : await this.#decoder.decode(tile.blob, tile.core, tile);
      this.#tilesDecoded++;
      this.#decodedOnce.add(key);
      this.#levelsWithTiles.add(address.level);
      if (!this.#closed.signal.aborted) this.#kept.set(key, pixels, pixels.data.byteLength);
      return pixels;
    } catch (error) {
      if (signal.aborted || isAbort(error) || !isFailure(error) || error.code === 'tile-unavailable') throw error;
      const { message, mayPass } = error;
      const failure = new Failure('tile-unavailable', `Part of the slide can't be read. ${message}`, {
        cause: error,
        mayPass,
      });
      if (mayPass) this.#coolDown.failed(key, failure);
      throw failure;
    }
  }

  /** A tile that is not there is background only in a pyramid known to leave tiles out, on a level known to be there. */
  async #missing(key: string, { level, column, row }: TileAddress): Promise<typeof BACKGROUND> {
    if (this.description.sparse && (await this.#levelHasTiles(level))) {
      this.#background.add(key);
      return BACKGROUND;
    }
    throw new Failure(
      'tile-unavailable',
      `Part of the slide can't be read: a tile of level ${level} (column ${column}, row ${row}) is missing. ` +
        'If the pyramid leaves blank tiles out, open it as sparse.',
    );
  }

  async #levelHasTiles(level: number): Promise<boolean> {
    if (this.#levelsWithTiles.has(level)) return true;
    const probe = this.#levelProbes.get(level) ?? this.#probeLevel(level);
    this.#levelProbes.set(level, probe);
    // What a network in trouble did not answer is not known: it is asked again.
    probe.catch(() => this.#levelProbes.delete(level));
    return (await probe) || this.#levelsWithTiles.has(level);
  }

  /** Asks for tiles spread over the level until one is there. @throws Failure when the network let none be asked for. */
  async #probeLevel(level: number): Promise<boolean> {
    const size = this.description.levels[level];
    if (size === undefined) return false;
    const { columns, rows } = tileCounts(size);
    const signal = this.#closed.signal;
    for (const [across, down] of PROBES) {
      if (this.#levelsWithTiles.has(level)) return true;
      const address = { level, column: Math.floor(across * columns), row: Math.floor(down * rows) };
      const read = () =>
        this.#read(keyOf(address), address, signal).catch((error) => {
          if (isFailure(error) && error.mayPass) throw error;
          return null;
        });
      if ((await this.#queue.add('visible', signal, read).result) !== null) return true;
    }
    return false;
  }

  get stats() {
    return {
      tileBytes: this.#kept.cost,
      tilesDecoded: this.#tilesDecoded,
      tilesUnique: this.#decodedOnce.size,
      bytesFetched: this.#source.bytesFetched,
    };
  }

  /** Stops what is under way and gives all memory back. */
  close(): void {
    this.#closed.abort();
    this.#kept.clear();
    this.#background.clear();
    this.#source.close();
  }
}

/** Where to look for a tile of a level, as shares of its width and height: the middle first. */
const PROBES = [
  [0.5, 0.5],
  [0.25, 0.5],
  [0.75, 0.5],
  [0.5, 0.25],
  [0.5, 0.75],
  [0.25, 0.25],
  [0.75, 0.75],
] as const;

function keyOf({ level, column, row }: TileAddress): string {
  return `${level}/${column}_${row}`;
}
