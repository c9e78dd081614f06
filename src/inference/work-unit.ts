// One portion of a run: the fields to read, how they lie in batches, and which window of which raster is which cell.
// Pure. Two ways to the same numbers: `exactUnits` reads every cell's own fields, `sharedUnits` one raster a
// magnification for a block of cells, whose windows overlap. A unit can be cut down when part of it can't be read.

import type { FieldRequest, Padding } from '../crops/pixels.contract.ts';
import type { WindowOrigin } from '../model/model-runtime.ts';
import { type CellGrid, cellAt, cellCentre } from '../pyramid/cell-grid.ts';
import type { Rect } from '../pyramid/geometry.ts';

/** All that a run's geometry depends on. */
export interface RunGeometry {
  readonly grid: CellGrid;
  readonly mppX: number;
  readonly mppY: number;
  /** um/px, finest first. */
  readonly spacings: readonly number[];
  readonly patchSizePx: number;
  readonly contextPx: number;
  readonly featureStridePx: number;
  readonly padding: Padding;
}

/** How far neighbouring cells are apart in the feature map of each magnification; null when that is no whole number. */
export type SharedSteps = readonly number[] | null;

export interface WorkUnit {
  /** Numbers of the cells, row-major in the grid. */
  readonly cells: readonly number[];
  /** Level-0 px that the cells cover. */
  readonly rect: Rect;
  /** One a magnification: the rasters of one batch, all of one size. */
  readonly fields: readonly (readonly FieldRequest[])[];
  /** One a magnification: where the window of each cell begins. */
  readonly windows: readonly (readonly WindowOrigin[])[];
  /** The same work without the cells that are done; null when nothing is left. */
  without(done: ReadonlySet<number>): WorkUnit | null;
  /** The same work in smaller units; a unit of one cell can't be split. */
  split(): readonly WorkUnit[];
}

/** The unit for some of its cells only: the same fields, so that their numbers are those of the whole unit. */
export function onlyCells(unit: WorkUnit, isWanted: (cell: number) => boolean): WorkUnit {
  if (unit.cells.every(isWanted)) return unit;
  const wanted = (_: unknown, n: number) => isWanted(unit.cells[n] ?? -1);
  return {
    cells: unit.cells.filter(isWanted),
    rect: unit.rect,
    fields: unit.fields,
    windows: unit.windows.map((windows) => windows.filter(wanted)),
    without(done) {
      const left = unit.without(new Set([...done, ...unit.cells.filter((cell) => !isWanted(cell))]));
      return left === null ? null : onlyCells(left, isWanted);
    },
    split: () =>
      unit
        .split()
        .map((part) => onlyCells(part, isWanted))
        .filter(({ cells }) => cells.length > 0),
  };
}

/** A rectangle of cells of the grid, by column and row. */
interface Block {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * Feature cells between neighbours at each magnification, for cells of `cellSizePx` finest px; null when a window would
 * not begin on a feature cell.
 */
export function sharedSteps(geometry: RunGeometry, cellPx: number): SharedSteps {
  const [finest = 1] = geometry.spacings;
  const steps = geometry.spacings.map((spacing) => (cellPx * finest) / spacing / geometry.featureStridePx);
  const whole = steps.map(Math.round);
  const fits = steps.every((step, m) => (whole[m] ?? 0) >= 1 && Math.abs(step - (whole[m] ?? 0)) < 1e-6);
  return fits ? whole : null;
}

/**
 * Cells a side of a block: at most `most`, less when the finest raster would exceed `maxRasterPx`, or when pixels are
 * not square and the windows would drift off their cells by half a pixel. Below 2, sharing is not worth it.
 */
export function blockCells(geometry: RunGeometry, steps: readonly number[], most: number, maxRasterPx: number): number {
  const { mppX, mppY, patchSizePx, contextPx, featureStridePx } = geometry;
  const stepPx = (steps[0] ?? 1) * featureStridePx;
  const byMemory = Math.floor((maxRasterPx - patchSizePx - 2 * contextPx) / stepPx) + 1;
  const driftPx = stepPx * Math.abs(mppX / ((mppX + mppY) / 2) - 1);
  const byDrift = driftPx > 0 ? Math.floor(0.5 / driftPx) + 1 : most;
  return Math.max(1, Math.min(most, byMemory, byDrift));
}

/** Units of up to `perUnit` neighbouring cells, each with fields of its own. */
export function exactUnits(geometry: RunGeometry, cells: readonly number[], perUnit: number): WorkUnit[] {
  const side = Math.max(1, Math.floor(Math.sqrt(perUnit)));
  const { groups } = groupCells(geometry.grid, cells, side, Math.max(1, Math.floor(perUnit / side)));
  return groups.map((group) => exactUnit(geometry, group));
}

function exactUnit(geometry: RunGeometry, cells: readonly number[]): WorkUnit {
  const { grid, spacings, contextPx, featureStridePx } = geometry;
  const corner = contextPx / featureStridePx;
  const again = (some: readonly number[]) => exactUnit(geometry, some);
  return {
    cells,
    rect: rectOf(grid, boundsOf(grid, cells)),
    fields: spacings.map((spacing) =>
      cells.map((cell) => {
        const { column, row } = cellAt(grid, cell);
        return fieldOf(geometry, { column, row, columns: 1, rows: 1 }, spacing, 0);
      }),
    ),
    windows: spacings.map(() => cells.map((_, item) => ({ item, row: corner, column: corner }))),
    without: (done) => remaining(cells, done, again),
    split: () => (cells.length === 1 ? [] : cells.map((cell) => again([cell]))),
  };
}

/**
 * Units of up to `side` x `side` cells that share one raster a magnification, cut so that little is encoded that no cell
 * needs. `fixedSize` gives all of them rasters of one size instead, where every new size costs compiled programs.
 */
export function sharedUnits(
  geometry: RunGeometry,
  cells: readonly number[],
  steps: readonly number[],
  { side, fixedSize }: { side: number; fixedSize: boolean },
): WorkUnit[] {
  const { groups, columns, rows } = groupCells(geometry.grid, cells, side, side);
  if (fixedSize) return groups.map((group) => sharedUnit(geometry, group, steps, { columns, rows }));
  return groups.flatMap((group) =>
    cheapest(geometry, group, steps).units.map((unit) => sharedUnit(geometry, unit, steps)),
  );
}

function sharedUnit(
  geometry: RunGeometry,
  cells: readonly number[],
  steps: readonly number[],
  size?: { columns: number; rows: number },
): WorkUnit {
  const { grid, spacings } = geometry;
  const bounds = boundsOf(grid, cells);
  const block = { ...bounds, ...size };
  return {
    cells,
    rect: rectOf(grid, bounds),
    fields: spacings.map((spacing, m) => [fieldOf(geometry, block, spacing, steps[m] ?? 0)]),
    windows: steps.map((step) =>
      cells.map((cell) => {
        const { column, row } = cellAt(grid, cell);
        return windowOf(geometry, (column - block.column) * step, (row - block.row) * step);
      }),
    ),
    without: (done) => remaining(cells, done, (left) => sharedUnit(geometry, left, steps, size)),
    // What can't be read is looked for in ever smaller rasters, down to a cell's own fields.
    split: () => quarters(grid, cells).map((quarter) => sharedUnit(geometry, quarter, steps)),
  };
}

/** The block whole, or its quarters cut again, whichever encodes fewer pixels: ragged tissue leaves much of a block empty. */
function cheapest(
  geometry: RunGeometry,
  cells: readonly number[],
  steps: readonly number[],
): { units: (readonly number[])[]; px: number } {
  const { columns, rows } = boundsOf(geometry.grid, cells);
  const px = steps.reduce(
    (sum, step) => sum + rasterSidePx(geometry, columns, step) * rasterSidePx(geometry, rows, step),
    0,
  );
  const parts = quarters(geometry.grid, cells).map((quarter) => cheapest(geometry, quarter, steps));
  const partsPx = parts.reduce((sum, part) => sum + part.px, 0);
  return parts.length > 0 && partsPx < px
    ? { units: parts.flatMap(({ units }) => units), px: partsPx }
    : { units: [cells], px };
}

function windowOf({ contextPx, featureStridePx }: RunGeometry, column: number, row: number): WindowOrigin {
  const corner = contextPx / featureStridePx;
  return { item: 0, row: row + corner, column: column + corner };
}

/**
 * The raster of a block of cells: it starts at the first cell's centre - (P/2 + c) * spacing, so that the window of every
 * cell begins `stepCells` feature cells after its neighbour's.
 */
function fieldOf(geometry: RunGeometry, block: Block, spacing: number, stepCells: number): FieldRequest {
  const { grid, mppX, mppY, patchSizePx, contextPx, padding } = geometry;
  const centre = cellCentre(grid, block.column, block.row);
  const before = (patchSizePx / 2 + contextPx) * spacing;
  return {
    origin: { x: centre.x - before / mppX, y: centre.y - before / mppY },
    spacing,
    width: rasterSidePx(geometry, block.columns, stepCells),
    height: rasterSidePx(geometry, block.rows, stepCells),
    padding,
  };
}

function rasterSidePx(
  { featureStridePx, patchSizePx, contextPx }: RunGeometry,
  cells: number,
  stepCells: number,
): number {
  return (cells - 1) * stepCells * featureStridePx + patchSizePx + 2 * contextPx;
}

/** Cells grouped into blocks of at most `columns` x `rows`, over the part of the grid that has any, evenly cut. */
function groupCells(
  grid: CellGrid,
  cells: readonly number[],
  columns: number,
  rows: number,
): { groups: number[][]; columns: number; rows: number } {
  if (cells.length === 0) return { groups: [], columns, rows };
  const bounds = boundsOf(grid, cells);
  const width = evenly(bounds.columns, columns);
  const height = evenly(bounds.rows, rows);
  const groups = new Map<number, number[]>();
  for (const cell of cells) {
    const { column, row } = cellAt(grid, cell);
    const key = Math.floor((row - bounds.row) / height) * bounds.columns + Math.floor((column - bounds.column) / width);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return { groups: [...groups.values()], columns: width, rows: height };
}

/** Of parts of at most `most` that make up `total`, the smallest size that needs no more parts. */
function evenly(total: number, most: number): number {
  return Math.ceil(total / Math.ceil(total / most));
}

function quarters(grid: CellGrid, cells: readonly number[]): number[][] {
  if (cells.length === 1) return [];
  const { columns, rows } = boundsOf(grid, cells);
  return groupCells(grid, cells, Math.ceil(columns / 2), Math.ceil(rows / 2)).groups;
}

function boundsOf(grid: CellGrid, cells: readonly number[]): Block {
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

function rectOf(grid: CellGrid, { column, row, columns, rows }: Block): Rect {
  const { cellSize, firstColumn, firstRow } = grid;
  return {
    x: (firstColumn + column) * cellSize,
    y: (firstRow + row) * cellSize,
    width: columns * cellSize,
    height: rows * cellSize,
  };
}

function remaining(
  cells: readonly number[],
  done: ReadonlySet<number>,
  again: (left: readonly number[]) => WorkUnit,
): WorkUnit | null {
  const left = cells.filter((cell) => !done.has(cell));
  return left.length === 0 ? null : again(left);
}
