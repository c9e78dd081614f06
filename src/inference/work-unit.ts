// One portion of a run in mode exact: a few neighbouring cells, each with fields of its own. Pure.

import type { FieldRequest } from '../crops/pixels.contract.ts';
import { type CellGrid, cellAt, cellCentre } from '../pyramid/cell-grid.ts';
import type { Rect } from '../pyramid/geometry.ts';
import type { RunGeometry } from './run-geometry.ts';

export interface WorkUnit {
  /** Numbers of the cells, row-major in the grid. */
  readonly cells: readonly number[];
  /** Level-0 px that the cells cover. */
  readonly rect: Rect;
  /** One a magnification: the field of each cell with its context. */
  readonly fields: readonly (readonly FieldRequest[])[];
}

/** Units of up to `perUnit` neighbouring cells, over the part of the grid that has any, evenly cut. */
export function workUnits(geometry: RunGeometry, cells: readonly number[], perUnit: number): WorkUnit[] {
  if (cells.length === 0) return [];
  const { grid } = geometry;
  const side = Math.max(1, Math.floor(Math.sqrt(perUnit)));
  const bounds = boundsOf(grid, cells);
  const width = evenly(bounds.columns, side);
  const height = evenly(bounds.rows, Math.max(1, Math.floor(perUnit / side)));
  const groups = new Map<number, number[]>();
  for (const cell of cells) {
    const { column, row } = cellAt(grid, cell);
    const key = Math.floor((row - bounds.row) / height) * bounds.columns + Math.floor((column - bounds.column) / width);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()].map((group) => workUnit(geometry, group));
}

/** The unit of the cells. */
export function workUnit(geometry: RunGeometry, cells: readonly number[]): WorkUnit {
  const { grid, spacings } = geometry;
  const { column, row, columns, rows } = boundsOf(grid, cells);
  const { cellSize, firstColumn, firstRow } = grid;
  return {
    cells,
    rect: {
      x: (firstColumn + column) * cellSize,
      y: (firstRow + row) * cellSize,
      width: columns * cellSize,
      height: rows * cellSize,
    },
    fields: spacings.map((spacing) => cells.map((cell) => fieldOf(geometry, cell, spacing))),
  };
}

/** It starts at the cell's centre - (P/2 + c) * spacing. */
function fieldOf(geometry: RunGeometry, cell: number, spacing: number): FieldRequest {
  const { grid, mppX, mppY, patchSizePx, contextPx, padding } = geometry;
  const { column, row } = cellAt(grid, cell);
  const centre = cellCentre(grid, column, row);
  const before = (patchSizePx / 2 + contextPx) * spacing;
  const sidePx = patchSizePx + 2 * contextPx;
  return {
    origin: { x: centre.x - before / mppX, y: centre.y - before / mppY },
    spacing,
    width: sidePx,
    height: sidePx,
    padding,
  };
}

/** Of parts of at most `most` that make up `total`, the smallest size that needs no more parts. */
function evenly(total: number, most: number): number {
  return Math.ceil(total / Math.ceil(total / most));
}

function boundsOf(grid: CellGrid, cells: readonly number[]) {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (const cell of cells) {
    const { column, row } = cellAt(grid, cell);
    left = Math.min(left, column);
    top = Math.min(top, row);
    right = Math.max(right, column);
    bottom = Math.max(bottom, row);
  }
  return { column: left, row: top, columns: right - left + 1, rows: bottom - top + 1 };
}
