// From a raster wanted somewhere on the slide to the pixels of one level: which level, which rectangle of it, and which
// tiles hold that. Pure. The rule is what training followed, so that a model sees here what it saw there.

import type { Point, Pyramid, TiledLevel } from '../pyramid/geometry.ts';
import { levelForSpacing, requireMpp } from '../pyramid/levels.ts';
import type { FieldRequest, Padding } from './pixels.contract.ts';

/** A ratio this near to a whole one (relative) is whole: spacings are stored as decimals and rationals. */
const RATIO_TOLERANCE = 1e-6;
/** An edge this near to a pixel border (level px) lies on it; 1e-4 px can't move a mean by a thirtieth of a level. */
const EDGE_TOLERANCE_PX = 1e-4;

/** One axis of a field on its level: `count` output pixels of `ratio` level px each, from `start` (level px) on. */
export interface FieldAxis {
  readonly start: number;
  readonly ratio: number;
  readonly count: number;
  /** The whole level pixels that it touches: [first, end). May lie outside the level. */
  readonly first: number;
  readonly end: number;
}

export interface FieldPlan {
  readonly level: number;
  readonly x: FieldAxis;
  readonly y: FieldAxis;
  readonly padding: Padding;
}

/**
 * Plans a field.
 * @throws Failure `mpp-unknown`, `spacing-too-fine`.
 */
export function planField(slide: Pyramid, field: FieldRequest): FieldPlan {
  const { mppX, mppY } = requireMpp(slide);
  return planOnLevel(slide, levelForSpacing(slide, field.spacing), field.origin, field, {
    x: field.spacing / mppX,
    y: field.spacing / mppY,
  });
}

/** Plans a raster of `size` on a chosen level; `pixel` is the width and height of an output pixel in level-0 px. */
export function planOnLevel(
  slide: Pyramid,
  level: number,
  origin: Point,
  size: { width: number; height: number; padding: Padding },
  pixel: Point,
): FieldPlan {
  const downsample = slide.levels[level]?.downsample;
  if (downsample === undefined) throw new RangeError(`No level ${level}`);
  return {
    level,
    x: planAxis(origin.x / downsample, pixel.x / downsample, size.width),
    y: planAxis(origin.y / downsample, pixel.y / downsample, size.height),
    padding: size.padding,
  };
}

function planAxis(exactStart: number, exactRatio: number, count: number): FieldAxis {
  const ratio = whole(exactRatio, RATIO_TOLERANCE * exactRatio);
  const start = whole(exactStart, EDGE_TOLERANCE_PX);
  const first = Math.floor(start);
  return { start, ratio, count, first, end: Math.ceil(whole(start + ratio * count, EDGE_TOLERANCE_PX)) };
}

function whole(value: number, tolerance: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) <= tolerance ? nearest : value;
}

/**
 * Where the level pixels [first, end) come from: their indices on a level of `size` px; -1 where white is filled in.
 * `reflect` mirrors without repeating the edge pixel, so with period 2(size - 1).
 */
export function sourceIndices(axis: { first: number; end: number }, size: number, padding: Padding): Int32Array {
  const indices = new Int32Array(axis.end - axis.first);
  const period = Math.max(1, 2 * (size - 1));
  for (let k = 0; k < indices.length; k++) {
    const at = axis.first + k;
    if (at >= 0 && at < size) indices[k] = at;
    else if (padding === 'white') indices[k] = -1;
    else {
      const folded = ((at % period) + period) % period;
      indices[k] = Math.min(folded, period - folded);
    }
  }
  // A level one pixel wide has only that pixel to mirror.
  return size === 1 && padding === 'reflect' ? indices.fill(0) : indices;
}

/** The tiles (columns or rows) that hold the indices, ascending. */
export function tilesOf(indices: Int32Array, tilePx: number): number[] {
  const tiles = new Set<number>();
  for (const index of indices) if (index >= 0) tiles.add(Math.floor(index / tilePx));
  return [...tiles].sort((a, b) => a - b);
}

/** The pixels and tiles of `level` that a plan reads. */
export function planSource(plan: FieldPlan, level: TiledLevel) {
  const columns = sourceIndices(plan.x, level.width, plan.padding);
  const rows = sourceIndices(plan.y, level.height, plan.padding);
  return { columns, rows, tileColumns: tilesOf(columns, level.tileWidth), tileRows: tilesOf(rows, level.tileHeight) };
}
