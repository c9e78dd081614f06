// The lattice of cells that a run fills. It is anchored at the slide's corner, so that the same spot is the same cell in
// every run; a region only chooses which of them. Cell (i, j) covers [i, i + 1) x [j, j + 1) times the cell's size.

import { Failure } from '../lib/failure.ts';
import type { Point, Rect } from './geometry.ts';

/** `half`: a cell is half as wide as the finest field, so that fields overlap; `full`: as wide. */
export type Step = 'half' | 'full';

/** The whole cells of a region. Coordinates are level-0 px. */
export interface CellGrid {
  /** Level-0 px, fractions allowed. */
  readonly cellSize: number;
  /** Lattice indices of the first cell. */
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly columns: number;
  readonly rows: number;
  /** What the cells cover together. */
  readonly region: Rect;
}

/** Edges this near to a cell border (in cells) lie on it: floating noise must not add a row of cells. */
const BORDER_TOLERANCE_CELLS = 1e-6;

/** Width of a cell, level-0 px, for patches of `patchSizePx` at `spacing` (the model's finest, um/px) on a slide of `mpp`. */
export function cellSizeOf(patchSizePx: number, spacing: number, mpp: number, step: Step): number {
  return (patchSizePx * spacing) / (step === 'half' ? 2 * mpp : mpp);
}

/**
 * Every cell that has area in common with `region` and the slide. The last ones may reach over the slide's edge.
 * @throws Failure `bad-argument` when the region is not a rectangle with area; `outside-slide` when it misses the slide.
 */
export function cellGrid(slide: { width: number; height: number }, cellSize: number, region?: Rect): CellGrid {
  const asked = region ?? { x: 0, y: 0, width: slide.width, height: slide.height };
  if (![asked.x, asked.y, asked.width, asked.height].every(Number.isFinite) || asked.width <= 0 || asked.height <= 0) {
    throw new Failure('bad-argument', 'A region needs finite x and y, and a width and height above zero, in pixels.');
  }
  const columns = spanOf(asked.x, asked.width, slide.width, cellSize);
  const rows = spanOf(asked.y, asked.height, slide.height, cellSize);
  if (columns === null || rows === null) {
    throw new Failure('outside-slide', 'The region lies outside the slide. Draw it over the tissue.');
  }
  return {
    cellSize,
    firstColumn: columns.first,
    firstRow: rows.first,
    columns: columns.count,
    rows: rows.count,
    region: {
      x: columns.first * cellSize,
      y: rows.first * cellSize,
      width: columns.count * cellSize,
      height: rows.count * cellSize,
    },
  };
}

function spanOf(start: number, length: number, limit: number, cellSize: number) {
  const low = Math.max(0, start);
  const high = Math.min(limit, start + length);
  if (high <= low) return null;
  const first = Math.floor(low / cellSize + BORDER_TOLERANCE_CELLS);
  const end = Math.ceil(high / cellSize - BORDER_TOLERANCE_CELLS);
  return { first, count: Math.max(1, end - first) };
}

/** Number of the cell in row-major order of the grid. */
export function cellIndex(grid: CellGrid, column: number, row: number): number {
  return row * grid.columns + column;
}

/** Column and row (counted from the grid's first cell) of a cell by its number. */
export function cellAt(grid: CellGrid, index: number): { column: number; row: number } {
  return { column: index % grid.columns, row: Math.floor(index / grid.columns) };
}

/** What the cell covers, level-0 px. */
export function cellRect(grid: CellGrid, column: number, row: number): Rect {
  const x = (grid.firstColumn + column) * grid.cellSize;
  const y = (grid.firstRow + row) * grid.cellSize;
  return { x, y, width: grid.cellSize, height: grid.cellSize };
}

/** Centre of the cell, level-0 px: the centre of its fields of view. */
export function cellCentre(grid: CellGrid, column: number, row: number): Point {
  return {
    x: (grid.firstColumn + column + 0.5) * grid.cellSize,
    y: (grid.firstRow + row + 0.5) * grid.cellSize,
  };
}

/** The cell that a level-0 point falls into, or null outside the grid. */
export function cellOfPoint(grid: CellGrid, at: Point): { column: number; row: number } | null {
  const column = Math.floor(at.x / grid.cellSize) - grid.firstColumn;
  const row = Math.floor(at.y / grid.cellSize) - grid.firstRow;
  const inside = column >= 0 && row >= 0 && column < grid.columns && row < grid.rows;
  return inside ? { column, row } : null;
}
