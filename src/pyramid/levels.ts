// Which level serves which spacing. A level's spacing is its downsample times the slide's; spacings in um/px.

import { Failure } from '../lib/failure.ts';
import type { Level, Pyramid, TiledLevel } from './geometry.ts';

/** A level may be this much coarser than asked and still count as fine enough. */
const LEVEL_TOLERANCE = 1.01;
/** A spacing this much finer than the slide's is still read from level 0; anything finer is refused. */
const FINEST_TOLERANCE = 1.05;
/** A ratio of widths this near to an integer is that integer: widths are rounded when a level is made. */
const SNAP_TOLERANCE = 0.01;

/** Level-0 px a level px from the two widths (px), snapped to the nearest integer when within 1 % of it. */
export function downsampleOfWidths(widthLevel0Px: number, widthLevelPx: number): number {
  const ratio = widthLevel0Px / widthLevelPx;
  const nearest = Math.max(1, Math.round(ratio));
  return Math.abs(ratio - nearest) <= SNAP_TOLERANCE * nearest ? nearest : ratio;
}

/** Mean of the two spacings, um per level-0 px; null when not known. */
export function meanMpp(slide: { readonly mppX: number | null; readonly mppY: number | null }): number | null {
  return slide.mppX === null || slide.mppY === null ? null : (slide.mppX + slide.mppY) / 2;
}

/**
 * The spacings of a slide.
 * @throws Failure `mpp-unknown`.
 */
export function requireMpp(slide: { readonly mppX: number | null; readonly mppY: number | null }): {
  mppX: number;
  mppY: number;
  mpp: number;
} {
  const { mppX, mppY } = slide;
  if (mppX === null || mppY === null) {
    throw new Failure(
      'mpp-unknown',
      'The file does not say how large its pixels are. Enter the pixel size in micrometres (µm/px) to go on.',
    );
  }
  return { mppX, mppY, mpp: (mppX + mppY) / 2 };
}

/**
 * Index of the level that a raster of `spacing` um/px is read from: the coarsest whose own spacing is at most that.
 * @throws Failure `mpp-unknown`; `spacing-too-fine` when the slide's spacing is more than 5 % coarser.
 */
export function levelForSpacing(slide: Pyramid, spacing: number): number {
  const { mpp } = requireMpp(slide);
  if (mpp > spacing * FINEST_TOLERANCE) {
    throw new Failure(
      'spacing-too-fine',
      `This needs ${formatSpacing(spacing)} µm/px, but the slide was scanned at ${formatSpacing(mpp)} µm/px. ` +
        'Choose a model made for a lower magnification, or a slide scanned at a higher one.',
    );
  }
  return coarsestLevel(slide.levels, (spacing * LEVEL_TOLERANCE) / mpp);
}

/** Index of the coarsest level of at most `maxDownsample`; the finest when there is none. Levels come finest first. */
export function coarsestLevel(levels: readonly Level[], maxDownsample: number): number {
  return Math.max(
    0,
    levels.findLastIndex((level) => level.downsample <= maxDownsample),
  );
}

/** Tiles across and down. */
export function tileCounts(level: TiledLevel): { columns: number; rows: number } {
  return { columns: Math.ceil(level.width / level.tileWidth), rows: Math.ceil(level.height / level.tileHeight) };
}

function formatSpacing(spacing: number): string {
  return String(Number(spacing.toPrecision(4)));
}
