// Puts a slide's description together from what a format knows of it, and holds it to what this program can show. Pure.

import { Failure } from '../lib/failure.ts';
import type { TiledLevel } from '../pyramid/geometry.ts';
import type { SlideDescription } from './slide-source.ts';

/** Pixels a side. The largest scanners give about 300,000; far more is a damaged number. */
const MAX_SIDE_PX = 10_000_000;
/** More levels than any slide of that size can have, and few enough for any list of them to be gone through. */
export const MAX_LEVELS = 64;
/** A tile is decoded whole: this many pixels are a quarter of a GiB. */
export const MAX_TILE_PX = 1 << 26;

/** A slide whose format says nothing of its scale. Levels come finest first. */
export function unscaled(name: string, format: string, levels: readonly TiledLevel[]): SlideDescription {
  return {
    name,
    format,
    width: levels[0]?.width ?? 0,
    height: levels[0]?.height ?? 0,
    mppX: null,
    mppY: null,
    mppSource: null,
    objectivePower: null,
    sparse: false,
    properties: {},
    levels,
  };
}

/**
 * Refuses sizes that no slide has and no memory holds.
 * @throws Failure `damaged`, `unsupported-format`.
 */
export function requireShowable({ name, levels }: SlideDescription): void {
  for (const { width, height, tileWidth, tileHeight } of levels) {
    const sizes = [width, height, tileWidth, tileHeight];
    if (sizes.some((size) => !Number.isInteger(size) || size < 1) || Math.max(width, height) > MAX_SIDE_PX) {
      throw new Failure(
        'damaged',
        `${name} says that it is ${width} x ${height} px, which can't be. It is damaged: copy or download it again.`,
      );
    }
    const tilePx = Math.min(width, tileWidth) * Math.min(height, tileHeight);
    if (tilePx > MAX_TILE_PX || Math.max(tileWidth, tileHeight) > MAX_SIDE_PX) {
      throw new Failure(
        'unsupported-format',
        `${name} has tiles of ${tileWidth} x ${tileHeight} px, too large to be read. Convert it to a tiled pyramid, for example with libvips.`,
      );
    }
  }
  if (levels.length > MAX_LEVELS)
    throw new Failure('damaged', `${name} has ${levels.length} levels. It is damaged: copy or download it again.`);
  if (levels.length === 0)
    throw new Failure('damaged', `${name} has no level. It is damaged: copy or download it again.`);
}
