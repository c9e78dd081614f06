// Where grids of cells lie on the slide's one lattice, and where a cell of one is in another. Pure.

import type { Rect } from '../pyramid/geometry.ts';
import type { AnalysisResult } from './analysis-result.ts';

/** A rectangle of whole cells. */
export type Placed = Pick<AnalysisResult, 'region' | 'cellSize' | 'columns' | 'rows'>;

/** Lattice indices of the first cell, and of the one after the last. */
interface Span {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function spanOf({ region, cellSize, columns, rows }: Placed): Span {
  const [left, top] = [Math.round(region.x / cellSize), Math.round(region.y / cellSize)];
  return { left, top, right: left + columns, bottom: top + rows };
}

function placedOf({ left, top, right, bottom }: Span, cellSize: number): Placed {
  const [columns, rows] = [right - left, bottom - top];
  const region: Rect = {
    x: left * cellSize,
    y: top * cellSize,
    width: columns * cellSize,
    height: rows * cellSize,
  };
  return { region, cellSize, columns, rows };
}

/** The smallest rectangle of cells that holds both; their cells are of one size. */
export function unionOf(a: Placed, b: Placed): Placed {
  const [first, second] = [spanOf(a), spanOf(b)];
  return placedOf(
    {
      left: Math.min(first.left, second.left),
      top: Math.min(first.top, second.top),
      right: Math.max(first.right, second.right),
      bottom: Math.max(first.bottom, second.bottom),
    },
    b.cellSize,
  );
}

/** A function from cells of `inner` to cells of `outer`; -1 where it does not reach. */
export function placeIn(outer: Placed, inner: Placed): (cell: number) => number {
  const [whole, part] = [spanOf(outer), spanOf(inner)];
  const [across, down] = [part.left - whole.left, part.top - whole.top];
  return (cell) => {
    const column = (cell % inner.columns) + across;
    const row = Math.floor(cell / inner.columns) + down;
    const isInside = column >= 0 && row >= 0 && column < outer.columns && row < outer.rows;
    return isInside ? row * outer.columns + column : -1;
  };
}

/** The smallest rectangle (level-0 px) around the cells of which `holds` is true; null when there are none. */
export function extentOfCells(grid: Placed, holds: (cell: number) => boolean): Rect | null {
  const first = spanOf(grid);
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (let cell = 0; cell < grid.columns * grid.rows; cell++) {
    if (!holds(cell)) continue;
    const [column, row] = [first.left + (cell % grid.columns), first.top + Math.floor(cell / grid.columns)];
    left = Math.min(left, column);
    top = Math.min(top, row);
    right = Math.max(right, column + 1);
    bottom = Math.max(bottom, row + 1);
  }
  return right < 0 ? null : placedOf({ left, top, right, bottom }, grid.cellSize).region;
}
