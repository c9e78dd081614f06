// OpenSeadragon's view of a slide: which tiles there are, where they lie, and how to get them from our tile store. Levels
// may have any downsample and tile size. OpenSeadragon counts levels from the coarsest, we from the finest; its
// coordinates are widths of the slide. The tile store retries for seconds; what fails for longer is asked for again here.

import { isAbort } from '../lib/abort.ts';
import { isFailure } from '../lib/failure.ts';
import type { TiledLevel } from '../pyramid/geometry.ts';
import type { SlideDescription, TileAddress } from '../slides/slide-source.ts';
import { OpenSeadragon } from './openseadragon.ts';
import { closeBitmap, closeBitmapsOf, keepBitmap } from './tile-bitmaps.ts';

/** Reads a tile for the screen; null where a sparse pyramid has none. The bitmap is the caller's to close. */
export type ReadTile = (address: TileAddress, signal: AbortSignal) => Promise<ImageBitmap | null>;

/** How many tiles of the slide can't be had: those that are tried again by themselves, and those that are not. */
export interface TileTrouble {
  readonly waiting: number;
  readonly lost: number;
}

interface TroubledTile {
  readonly tile: OpenSeadragon.Tile;
  /** How often it failed. */
  readonly times: number;
  readonly mayPass: boolean;
  /** Until it is tried again, then until it is known whether anybody wants it. */
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** OpenSeadragon looks through its tiles every frame; frames may be slow. */
const askedWithinMs = 1000;

/** Four edges and not a corner with a size: neighbouring tiles then share theirs to the last bit. */
export interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** OpenSeadragon's name for the data, which our drawer takes as it is. */
export const tileDataType = 'imageBitmap';

OpenSeadragon.converter.learnDestroy(tileDataType, closeBitmap);

let nextId = 1;

export class SlideTileSource extends OpenSeadragon.TileSource {
  readonly #description: SlideDescription;
  readonly #readTile: ReadTile;
  readonly #onTrouble: (trouble: TileTrouble) => void;
  readonly #id = nextId++;
  readonly #closing = new AbortController();
  readonly #loading = new Map<OpenSeadragon.ImageJob, AbortController>();
  readonly #troubled = new Map<string, TroubledTile>();

  /** `onTrouble` hears how many tiles can't be had, whenever that changes. */
  constructor(description: SlideDescription, readTile: ReadTile, onTrouble: (trouble: TileTrouble) => void) {
    const { width, height, levels } = description;
    super({ width, height, minLevel: 0, maxLevel: levels.length - 1, tileOverlap: 0 });
    this.#description = description;
    this.#readTile = readTile;
    this.#onTrouble = onTrouble;
    window.addEventListener('online', () => this.#tryAllAgain(), { signal: this.#closing.signal });
  }

  get slide(): { readonly width: number; readonly height: number } {
    return this.#description;
  }

  /** Aborts what is on its way and frees every bitmap. */
  close(): void {
    this.#closing.abort();
    for (const { timer } of this.#troubled.values()) clearTimeout(timer);
    for (const controller of this.#loading.values()) controller.abort();
    closeBitmapsOf(this);
  }

  /** Where a tile lies, level-0 px. The last ones of a level may reach over the slide. */
  tileEdges(osdLevel: number, column: number, row: number): Edges {
    const { tileWidth, tileHeight, width, height, downsample } = this.#level(osdLevel);
    return {
      left: column * tileWidth * downsample,
      top: row * tileHeight * downsample,
      right: Math.min((column + 1) * tileWidth, width) * downsample,
      bottom: Math.min((row + 1) * tileHeight, height) * downsample,
    };
  }

  override getLevelScale(osdLevel: number): number {
    return 1 / this.#level(osdLevel).downsample;
  }

  override getTileWidth(osdLevel: number): number {
    return this.#level(osdLevel).tileWidth;
  }

  override getTileHeight(osdLevel: number): number {
    return this.#level(osdLevel).tileHeight;
  }

  override getNumTiles(osdLevel: number): OpenSeadragon.Point {
    const { width, height, tileWidth, tileHeight } = this.#level(osdLevel);
    return new OpenSeadragon.Point(Math.ceil(width / tileWidth), Math.ceil(height / tileHeight));
  }

  override getTileAtPoint(osdLevel: number, point: OpenSeadragon.Point): OpenSeadragon.Tile {
    const { tileWidth, tileHeight, downsample } = this.#level(osdLevel);
    const count = this.getNumTiles(osdLevel);
    const at = (widths: number, tileSize: number, tiles: number) => {
      const index = Math.floor((widths * this.#description.width) / downsample / tileSize);
      return Math.min(tiles - 1, Math.max(0, index));
    };
    const index = new OpenSeadragon.Point(at(point.x, tileWidth, count.x), at(point.y, tileHeight, count.y));
    // The types promise a tile here; OpenSeadragon expects and uses the point of its column and row.
    return index as unknown as OpenSeadragon.Tile;
  }

  override getTileBounds(osdLevel: number, column: number, row: number, isSource?: boolean): OpenSeadragon.Rect {
    const { left, top, right, bottom } = this.tileEdges(osdLevel, column, row);
    if (isSource === true) {
      const { downsample } = this.#level(osdLevel);
      return new OpenSeadragon.Rect(0, 0, (right - left) / downsample, (bottom - top) / downsample);
    }
    const unit = this.#description.width;
    return new OpenSeadragon.Rect(left / unit, top / unit, (right - left) / unit, (bottom - top) / unit);
  }

  override getTileUrl(osdLevel: number, column: number, row: number): string {
    return `slide:${this.#id}/${osdLevel}/${column}_${row}`;
  }

  override getTileHashKey(osdLevel: number, column: number, row: number): string {
    return this.getTileUrl(osdLevel, column, row);
  }

  override hasTransparency(): boolean {
    return false;
  }

  override downloadTileStart(job: OpenSeadragon.ImageJob): void {
    const controller = new AbortController();
    this.#loading.set(job, controller);
    void this.#load(job, controller.signal);
  }

  override downloadTileAbort(job: OpenSeadragon.ImageJob): void {
    this.#loading.get(job)?.abort();
  }

  async #load(job: OpenSeadragon.ImageJob, signal: AbortSignal): Promise<void> {
    const level = this.#description.levels.length - 1 - job.tile.level;
    const start = performance.now();
    try {
      const bitmap =
        (await this.#readTile({ level, column: job.tile.x, row: job.tile.y }, signal)) ?? (await background());
      keepBitmap(bitmap, this);
      if (signal.aborted || this.#closing.signal.aborted) {
        closeBitmap(bitmap);
        job.fail('given up', null);
      } else {
        tellTileTime(start);
        job.finish(bitmap, null, tileDataType);
        if (this.#troubled.delete(job.tile.getUrl())) this.#tellTrouble();
      }
    } catch (error) {
      job.fail(String(error), null);
      if (!isAbort(error) && !this.#closing.signal.aborted) this.#note(job.tile, error);
    } finally {
      this.#loading.delete(job);
    }
  }

  #note(tile: OpenSeadragon.Tile, error: unknown): void {
    const times = (this.#troubled.get(tile.getUrl())?.times ?? 0) + 1;
    const mayPass = isFailure(error) && error.mayPass;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (times - 1)) * (0.5 + Math.random());
    const timer = mayPass ? setTimeout(() => this.#tryAgain(tile), pauseMs) : undefined;
    clearTimeout(this.#troubled.get(tile.getUrl())?.timer);
    this.#troubled.set(tile.getUrl(), { tile, times, mayPass, timer });
    this.#tellTrouble();
  }

  /** OpenSeadragon asks for it at once if the view still needs it; if it does not, the tile troubles nobody any more. */
  #tryAgain(tile: OpenSeadragon.Tile): void {
    letAskAgain(tile);
    const timer = setTimeout(() => {
      if (tile.loading || tile.loaded) return;
      this.#troubled.delete(tile.getUrl());
      this.#tellTrouble();
    }, askedWithinMs);
    const before = this.#troubled.get(tile.getUrl());
    if (before !== undefined) this.#troubled.set(tile.getUrl(), { ...before, timer });
  }

  #tryAllAgain(): void {
    for (const { tile, mayPass, timer } of this.#troubled.values()) {
      clearTimeout(timer);
      if (mayPass) this.#tryAgain(tile);
    }
  }

  #tellTrouble(): void {
    const all = [...this.#troubled.values()];
    const waiting = all.filter(({ mayPass }) => mayPass).length;
    this.#onTrouble({ waiting, lost: all.length - waiting });
  }

  #level(osdLevel: number): TiledLevel {
    const level = this.#description.levels[this.#description.levels.length - 1 - osdLevel];
    if (level === undefined) throw new Error(`The slide has no level ${osdLevel} (counted from the coarsest).`);
    return level;
  }
}

/** Name of the performance measure of every tile. */
const tileMeasure = 'concentric:tile';

/** For whoever observes: how long a tile took from being wanted to being here. Nothing is kept. */
function tellTileTime(start: number): void {
  performance.measure(tileMeasure, { start });
  performance.clearMeasures(tileMeasure);
}

/** A tile that a sparse pyramid leaves out is white glass; the drawer stretches the one pixel. */
function background(): Promise<ImageBitmap> {
  return createImageBitmap(new ImageData(new Uint8ClampedArray([255, 255, 255, 255]), 1, 1));
}

/** OpenSeadragon drops a tile that failed. This lets it ask for it once more, if it still wants it. */
function letAskAgain(tile: OpenSeadragon.Tile): void {
  tile.exists = true;
  const { tiledImage } = tile;
  // Nothing changes but that the tiles are looked through again.
  tiledImage?.setClip(tiledImage.getClip());
}
