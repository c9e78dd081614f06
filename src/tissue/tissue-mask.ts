// Where on a slide there is tissue, so that a run leaves glass alone. It errs towards tissue: a cell of glass costs a
// moment, a cell of tissue left out is a finding left out. It tells tissue from glass only, never one tissue from another.

import { type CellGrid, cellRect } from '../pyramid/cell-grid.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { brightness, notAbove, otsuRatio, quantile } from './grey.ts';
import { closed, type Mask, withoutSmall } from './morphology.ts';
import { roughness, WINDOW_PX } from './texture.ts';

export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  /** RGBA; transparent where the slide could not be read. */
  readonly data: Uint8ClampedArray;
  /** Level-0 px a px. */
  readonly downsample: number;
}

export interface TissueMask extends Mask {
  /** Level-0 px a px. */
  readonly downsample: number;
}

/** Bounds of the roughness (grey levels) that parts tissue from glass: noise of scanners below, pale stroma above. */
const ROUGHNESS = { min: 2.5, max: 4 };
/** Brighter than this share of the slide counts as no brighter: a white seam between a scanner's stripes is no tissue. */
const SEAM_QUANTILE = 0.99;
/** Darker than this share of the slide's bright parts is tissue however smooth it looks. */
const DARK_SHARE = 0.6;
const BRIGHT_QUANTILE = 0.95;
/** The widest windows span at least this many level-0 px, and at least two scales are looked at. */
const WINDOW_LEVEL0_PX = 40;
/** Gaps narrower than twice this are closed: fat is mostly gaps. */
const CLOSING_PX = 6;
/** Holes and specks of fewer px are filled, and wiped off. */
const HOLE_PX = 2000;
const SPECK_PX = 500;
/** A cell counts as tissue when this share of it does. */
const CELL_SHARE = 0.05;

/** The rule in words, for the record of a run. */
export const tissueRule =
  `Tissue is where the slide, seen small (at most 2048 px a side), varies by more than a threshold (standard deviation ` +
  `of brightness, cut off at its ${100 * SEAM_QUANTILE} % quantile, in windows of 5 px, 10 px and on to ${WINDOW_LEVEL0_PX} px of ` +
  `the slide; Otsu's threshold kept within ${ROUGHNESS.min} to ${ROUGHNESS.max} grey levels), is darker than ${100 * DARK_SHARE} % of the slide's bright parts, or could not be read; gaps up to ` +
  `${2 * CLOSING_PX} px closed, holes under ${HOLE_PX} px filled, specks under ${SPECK_PX} px removed. A cell is run when ` +
  `${100 * CELL_SHARE} % of its part on the slide is tissue. Pictures small enough to be seen whole at full size are all tissue.`;

/** Tissue in the thumbnail, one value a px. */
export function tissueMask(thumbnail: Thumbnail): TissueMask {
  const { width, height, downsample } = thumbnail;
  // A field of view rather than a slide: there is nothing to save by leaving parts of it out.
  if (downsample <= 1) return { width, height, downsample, data: new Uint8Array(width * height).fill(1) };
  const grey = brightness(thumbnail);
  const scales = Math.max(2, 1 + Math.ceil(Math.log2(WINDOW_LEVEL0_PX / (WINDOW_PX * downsample))));
  const rough = roughness(notAbove(grey, quantile(grey, SEAM_QUANTILE)), scales);
  const roughEnough = Math.min(ROUGHNESS.max, Math.max(ROUGHNESS.min, otsuRatio(rough)));
  const dark = DARK_SHARE * quantile(grey, BRIGHT_QUANTILE);
  const data = new Uint8Array(width * height);
  for (let k = 0; k < data.length; k++) {
    const unread = thumbnail.data[4 * k + 3] === 0;
    if (unread || (rough.data[k] ?? 0) > roughEnough || (grey.data[k] ?? 0) < dark) data[k] = 1;
  }
  const whole = withoutSmall(closed({ width, height, data }, CLOSING_PX), 0, HOLE_PX, true);
  return { ...withoutSmall(whole, 1, SPECK_PX, false), downsample };
}

/** For each cell of the grid, row by row, 1 where it holds tissue. */
export function tissueCells(mask: TissueMask, grid: CellGrid): Uint8Array {
  const cells = new Uint8Array(grid.columns * grid.rows);
  const sums = integral(mask);
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const share = shareOf(mask, sums, cellRect(grid, column, row));
      if (share >= CELL_SHARE) cells[row * grid.columns + column] = 1;
    }
  }
  return cells;
}

/** Share (0..1) of a rectangle of the slide (level-0 px) that is tissue; parts beyond the slide don't count. */
function shareOf(mask: TissueMask, sums: Float64Array, rect: Rect): number {
  const left = clamp(rect.x / mask.downsample, mask.width);
  const right = clamp((rect.x + rect.width) / mask.downsample, mask.width);
  const top = clamp(rect.y / mask.downsample, mask.height);
  const bottom = clamp((rect.y + rect.height) / mask.downsample, mask.height);
  const at = (x: number, y: number) => interpolated(sums, mask, x, y);
  const area = (right - left) * (bottom - top);
  return area > 0 ? (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / area : 0;
}

function clamp(position: number, size: number): number {
  return Math.min(Math.max(0, position), size);
}

/** Tissue px above and left of each corner between pixels, (width + 1) x (height + 1). */
function integral({ width, height, data }: Mask): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let line = 0;
    for (let x = 0; x < width; x++) {
      line += data[y * width + x] ?? 0;
      const at = (y + 1) * (width + 1) + x + 1;
      sums[at] = (sums[at - width - 1] ?? 0) + line;
    }
  }
  return sums;
}

/** The integral at a fractional place: exact, since within a pixel it is bilinear. */
function interpolated(sums: Float64Array, { width, height }: Mask, x: number, y: number): number {
  const [left, top] = [Math.min(Math.floor(x), width - 1), Math.min(Math.floor(y), height - 1)];
  const corner = top * (width + 1) + left;
  const [fx, fy] = [x - left, y - top];
  const upper = (sums[corner] ?? 0) * (1 - fx) + (sums[corner + 1] ?? 0) * fx;
  const below = corner + width + 1;
  const lower = (sums[below] ?? 0) * (1 - fx) + (sums[below + 1] ?? 0) * fx;
  return upper * (1 - fy) + lower * fy;
}
