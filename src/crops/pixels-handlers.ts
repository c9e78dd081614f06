// What the pixels worker answers. It holds the open slides by number and knows no thread: the worker file connects it.

import { Failure, isFailure } from '../lib/failure.ts';
import { type Handlers, serveCalls, Transferred } from '../lib/worker-call.ts';
import { openSlide } from '../slides/registry.ts';
import type { TileAddress } from '../slides/slide-source.ts';
import type { PictureDecoder } from '../tiles/picture-decoder.ts';
import type { TilePriority } from '../tiles/tile-queue.ts';
import { BACKGROUND, type TileStore, type TileStoreOptions } from '../tiles/tile-store.ts';
import { readAssociated } from './associated.ts';
import { OpenSlide } from './open-slide.ts';
import type { PixelsCalls, PixelsEvents, TileStats } from './pixels.contract.ts';
import { planField } from './plan.ts';
import { readField } from './read-field.ts';
import { readThumbnail } from './thumbnail.ts';

export type PixelsHandlers = Handlers<PixelsCalls, PixelsEvents>;

/** Handlers over slides of their own. `decoder` is the browser's, or a test's. */
export function pixelsHandlers(decoder: PictureDecoder, options: TileStoreOptions): PixelsHandlers {
  const slides = new Map<number, OpenSlide>();
  let nextHandle = 1;
  let closedStats = { tilesDecoded: 0, tilesUnique: 0, bytesFetched: 0 };

  const slideOf = (handle: number): OpenSlide => {
    const slide = slides.get(handle);
    if (slide === undefined) throw new Failure('cancelled', 'The slide was closed meanwhile. Open it again.');
    return slide;
  };

  const handlers: PixelsHandlers = {
    async open({ origin, ...says }, { signal }) {
      const source = await openSlide(origin, signal);
      if (signal.aborted) source.close();
      signal.throwIfAborted();
      const slide = new OpenSlide(source, says, decoder, options);
      const handle = nextHandle++;
      slides.set(handle, slide);
      const associated = slide.associated.map(({ kind, width, height }) => ({ kind, width, height }));
      return { handle, description: slide.description, associated };
    },

    calibrate: ({ handle, scale }) => slideOf(handle).calibrate(scale),

    close({ handle }) {
      const slide = slides.get(handle);
      if (slide === undefined) return;
      slide.store.close();
      slides.delete(handle);
      closedStats = addCounts(closedStats, slide.store.stats);
    },

    async tile({ handle, address, priority }, { signal }) {
      const tile = await tileForScreen(slideOf(handle).store, address, priority, signal);
      if (tile === BACKGROUND) return null;
      const bitmap = await decoder.toBitmap(tile);
      decoder.handedOut(bitmap);
      return new Transferred(bitmap, [bitmap]);
    },

    async tilePixels({ handle, address, priority }, { signal }) {
      const tile = await slideOf(handle).store.get(address, priority, signal);
      if (tile === BACKGROUND) return null;
      const { width, height } = tile;
      const data = tile.data.slice();
      return new Transferred({ width, height, data }, [data.buffer]);
    },

    async fields({ handle, fields, priority }, { signal }) {
      const { store, description } = slideOf(handle);
      const plans = fields.map((field) => planField(description, field));
      const rasters = await Promise.all(plans.map((plan) => readField(store, plan, priority, signal)));
      const transfer = rasters.map((raster) => raster.data.buffer);
      return new Transferred(rasters, transfer);
    },

    async thumbnail({ handle, longestSidePx }, { signal }) {
      const thumbnail = await readThumbnail(slideOf(handle).store, longestSidePx, signal);
      return new Transferred(thumbnail, [thumbnail.data.buffer]);
    },

    async associated({ handle, index }, { signal }) {
      const image = slideOf(handle).associated[index];
      if (image === undefined)
        throw new Failure(
          'bad-argument',
          'The slide has no such picture beside it. Choose one that its properties list.',
        );
      const raster = await readAssociated(image, decoder, signal);
      return new Transferred(raster, [raster.data.buffer]);
    },

    stats() {
      let counts = closedStats;
      let tileBytes = 0;
      for (const { store } of slides.values()) {
        counts = addCounts(counts, store.stats);
        tileBytes += store.stats.tileBytes;
      }
      return { ...counts, tileBytes, openBitmaps: decoder.openBitmaps };
    },

    attach({ port }) {
      serveCalls<PixelsCalls, PixelsEvents>(port, handlers);
      port.start();
    },
  };
  return handlers;
}

/** Pyramids that stop early lack the levels of a single tile; on screen the finer levels show all there is. */
async function tileForScreen(store: TileStore, address: TileAddress, priority: TilePriority, signal: AbortSignal) {
  try {
    return await store.get(address, priority, signal);
  } catch (error) {
    const level = store.description.levels[address.level];
    const small = level !== undefined && level.width <= level.tileWidth && level.height <= level.tileHeight;
    if (address.level > 0 && small && isFailure(error, 'tile-unavailable')) return BACKGROUND;
    throw error;
  }
}

type Counts = Pick<TileStats, 'tilesDecoded' | 'tilesUnique' | 'bytesFetched'>;

/** Counts only grow, over all slides since the worker started. */
function addCounts(a: Counts, b: Counts): Counts {
  return {
    tilesDecoded: a.tilesDecoded + b.tilesDecoded,
    tilesUnique: a.tilesUnique + b.tilesUnique,
    bytesFetched: a.bytesFetched + b.bytesFetched,
  };
}
