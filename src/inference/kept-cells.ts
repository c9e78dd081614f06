// Which cells of a run need not be computed, because there is an answer that would come out the same: of the same model,
// by the same method, on the same lattice. Pure.

import type { CellGrid } from '../pyramid/cell-grid.ts';
import { tissueRule } from '../tissue/tissue-mask.ts';
import type { KeptCells, RunMode } from './inference.contract.ts';

interface Wanted {
  readonly grid: CellGrid;
  /** rows x columns, 1 where there is tissue. */
  readonly tissue: Uint8Array;
  readonly mode: RunMode;
  readonly modelSha256: string;
}

/** rows x columns of the grid, 1 where an answer is kept; null when none is given or it is of another kind. */
export function keptOf(given: KeptCells | undefined, { grid, tissue, mode, modelSha256 }: Wanted): Uint8Array | null {
  if (given === undefined || given.mode !== mode || given.modelSha256 !== modelSha256) return null;
  if (given.tissueRule !== tissueRule || !isSame(given.cellSize, grid.cellSize)) return null;
  const left = grid.firstColumn - Math.round(given.region.x / given.cellSize);
  const top = grid.firstRow - Math.round(given.region.y / given.cellSize);
  const kept = new Uint8Array(grid.columns * grid.rows);
  for (let row = Math.max(0, -top); row < Math.min(grid.rows, given.rows - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(grid.columns, given.columns - left); column++) {
      const cell = row * grid.columns + column;
      if (tissue[cell] === 1) kept[cell] = given.done[(row + top) * given.columns + column + left] ?? 0;
    }
  }
  return kept;
}

/** Sizes that went through a text come back with fewer digits. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a / b - 1) < 1e-9;
}
