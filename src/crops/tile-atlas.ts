// Tiles in one buffer of the GPU, in pages, within a budget of bytes: each is brought there once, kept as long as there is
// room, and never overwritten while a field that was read still needs it.

import { SharedTask } from '../lib/shared-task.ts';
import type { TilePixels } from '../tiles/picture-decoder.ts';
import type { PlacedTile } from './field-tables.ts';

const pagePx = 65_536;
const bytesPerPage = 4 * pagePx;

/** Reads a tile; null for one that is white all over. */
export type ReadTile = (signal: AbortSignal) => Promise<TilePixels | null>;

export interface WantedTile {
  readonly key: string;
  /** The most that it may have. */
  readonly maxPixels: number;
  readonly read: ReadTile;
}

interface Entry extends PlacedTile {
  pages: readonly number[];
  stridePx: number;
  /** Fields that were read and not yet cut. */
  holders: number;
  task: SharedTask<void>;
  settled: boolean;
}

/** Tiles that stay where they are until they are given back. */
export interface HeldTiles {
  readonly tiles: readonly PlacedTile[];
  /** Settles when all are there. @throws what reading throws; an AbortError. */
  ready(signal: AbortSignal): Promise<void>;
  /** May be called more than once. */
  giveBack(): void;
}

export class TileAtlas {
  readonly buffer: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #free: number[];
  /** In the order they were used, the last one last. */
  readonly #entries = new Map<string, Entry>();

  constructor(device: GPUDevice, budgetBytes: number) {
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const bytes = Math.min(budgetBytes, maxBufferSize, maxStorageBufferBindingSize);
    const pages = Math.max(1, Math.floor(bytes / bytesPerPage));
    this.#device = device;
    this.buffer = device.createBuffer({
      label: 'tiles',
      size: pages * bytesPerPage,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    this.#free = Array.from({ length: pages }, (_, n) => pages - 1 - n);
  }

  /** Holds the tiles and begins to read those that are not there; null when there is no room for all of them. */
  hold(wanted: readonly WantedTile[]): HeldTiles | null {
    const held: Entry[] = [];
    let isHeld = true;
    const giveBack = () => {
      if (isHeld) for (const entry of held) entry.holders--;
      isHeld = false;
    };
    for (const one of wanted) {
      const entry = this.#known(one.key) ?? this.#begin(one);
      if (entry === null) {
        giveBack();
        return null;
      }
      entry.holders++;
      held.push(entry);
    }
    return {
      tiles: held,
      async ready(signal) {
        await Promise.all(held.map(({ task }) => task.join(signal)));
      },
      giveBack,
    };
  }

  #known(key: string): Entry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined || (entry.task.abandoned && !entry.settled)) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #begin({ key, maxPixels, read }: WantedTile): Entry | null {
    const pages = this.#allocate(Math.ceil(maxPixels / pagePx));
    if (pages === null) return null;
    const task = new SharedTask<void>(async (signal) => {
      try {
        const pixels = await read(signal);
        signal.throwIfAborted();
        if (pixels === null) this.#leaveOut(entry);
        else this.#upload(entry, pixels, maxPixels);
        entry.settled = true;
      } catch (error) {
        this.#forget(key, entry);
        throw error;
      }
    });
    const entry: Entry = { pages, stridePx: 0, holders: 0, task, settled: false };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Takes pages that are free, and those of tiles that were not used for longest. */
  #allocate(count: number): number[] | null {
    for (const [key, entry] of this.#entries) {
      if (this.#free.length >= count) break;
      if (entry.holders === 0 && entry.settled) this.#forget(key, entry);
    }
    return this.#free.length < count ? null : this.#free.splice(this.#free.length - count);
  }

  #upload(entry: Entry, { data, width, height }: TilePixels, maxPixels: number): void {
    if (width * height > maxPixels) throw new Error(`A tile of ${width} x ${height} px is larger than its level says.`);
    entry.stridePx = width;
    for (const [n, page] of entry.pages.entries()) {
      const part = data.subarray(n * bytesPerPage, (n + 1) * bytesPerPage);
      if (part.length > 0) this.#device.queue.writeBuffer(this.buffer, page * bytesPerPage, part);
    }
  }

  #leaveOut(entry: Entry): void {
    this.#free.push(...entry.pages);
    entry.pages = [];
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    this.#leaveOut(entry);
  }
}
