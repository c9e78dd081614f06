// The whole slide small, for the tissue mask. Read in bands, so that a slide without coarse levels does not lie in
// memory whole. Where tiles can't be had it is transparent: not known, which is something else than glass.

import { isFailure } from '../lib/failure.ts';
import { coarsestLevel } from '../pyramid/levels.ts';
import type { Tile, TileStore } from '../tiles/tile-store.ts';
import type { Raster } from './pixels.contract.ts';
import { planOnLevel } from './plan.ts';
import { readFieldWith } from './read-field.ts';

/** px of the level read at a time. */
const BAND_LEVEL_PX = 1 << 22;

/** What nobody tells: a slide whose coarse levels were left out is read from the next finer one. */
export type Thumbnail = Raster & { readonly downsample: number };

/**
 * The slide at about `longestSidePx` on its longer side, averaged from the coarsest level that is large enough and has
 * any tile. `downsample` is level-0 px a px; where the last column and row reach over the slide they mirror it: a rim of
 * another brightness would look like tissue.
 * @throws Failure `tile-unavailable` when no level has a tile; an AbortError.
 */
export async function readThumbnail(store: TileStore, longestSidePx: number, signal?: AbortSignal): Promise<Thumbnail> {
  const { width, height, levels } = store.description;
  const wanted = Math.max(1, Math.max(width, height) / longestSidePx);
  for (let level = coarsestLevel(levels, wanted); ; level--) {
    const downsample = Math.max(wanted, levels[level]?.downsample ?? 1);
    const { raster, unread } = await readLevel(store, level, downsample, signal);
    if (unread === null) return { ...raster, downsample };
    if (level === 0) throw unread;
  }
}

/** `unread` is the failure when not one tile of the level could be had. */
async function readLevel(store: TileStore, level: number, downsample: number, signal?: AbortSignal) {
  const slide = store.description;
  const size = slide.levels[level];
  if (size === undefined) throw new RangeError(`No level ${level}`);
  const width = Math.ceil(slide.width / downsample);
  const height = Math.ceil(slide.height / downsample);
  const data = new Uint8ClampedArray(4 * width * height);
  const bandRows = Math.max(1, Math.floor((BAND_LEVEL_PX * size.downsample) / (size.width * downsample)));
  let anyRead = false;
  let failure: unknown = null;
  for (let top = 0; top < height; top += bandRows) {
    const rows = Math.min(bandRows, height - top);
    const holes: { column: number; row: number }[] = [];
    const plan = planOnLevel(
      slide,
      level,
      { x: 0, y: top * downsample },
      { width, height: rows, padding: 'reflect' },
      { x: downsample, y: downsample },
    );
    const band = await readFieldWith(store, plan, async (column, row): Promise<Tile | null> => {
      try {
        const tile = await store.get({ level, column, row }, 'run', signal);
        anyRead = true;
        return tile;
      } catch (error) {
        if (!isFailure(error, 'tile-unavailable')) throw error;
        failure = error;
        holes.push({ column, row });
        return null;
      }
    });
    data.set(band.data, 4 * top * width);
    const scale = size.downsample / downsample;
    for (const { column, row } of holes) {
      clear(data, width, {
        left: Math.floor(column * size.tileWidth * scale),
        right: Math.min(width, Math.ceil((column + 1) * size.tileWidth * scale)),
        top: Math.max(top, Math.floor(row * size.tileHeight * scale)),
        bottom: Math.min(top + rows, Math.ceil((row + 1) * size.tileHeight * scale)),
      });
    }
  }
  return { raster: { width, height, data }, unread: anyRead ? null : failure };
}

function clear(
  data: Uint8ClampedArray,
  width: number,
  { left, right, top, bottom }: { left: number; right: number; top: number; bottom: number },
): void {
  for (let y = top; y < bottom; y++) data.fill(0, 4 * (y * width + left), 4 * (y * width + right));
}
