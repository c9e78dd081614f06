// Where the cells of two concentric fields lie in each other, for drawing and for pointing. Both fields are `cells` a side
// and share a centre; the coarse one covers `coarse / fine` times the length. Pure.

/** A cell of a field, row-major index = row * cells + column. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export function placeOf(index: number, cells: number): CellPlace {
  return { row: Math.floor(index / cells), column: index % cells };
}

/** Index of the coarse cell in which the middle of a fine cell lies. */
export function parentCell(fineIndex: number, cells: number, ratio: number): number {
  const { row, column } = placeOf(fineIndex, cells);
  const within = (position: number) => Math.floor(cells / 2 + (position + 0.5 - cells / 2) / ratio);
  return within(row) * cells + within(column);
}

/** Indices of the fine cells whose middle lies in a coarse cell; empty outside the fine field. */
export function childCells(coarseIndex: number, cells: number, ratio: number): readonly number[] {
  return Array.from({ length: cells * cells }, (_, fine) => fine).filter(
    (fine) => parentCell(fine, cells, ratio) === coarseIndex,
  );
}

/** The fine field's frame on the coarse field, as shares 0..1 of its side. */
export function fineFrame(ratio: number): { readonly start: number; readonly size: number } {
  return { start: (1 - 1 / ratio) / 2, size: 1 / ratio };
}

/** One fine cell's similarity with every coarse cell: a column of S (coarse cells x fine cells, row-major). */
export function columnOf(matrix: Float32Array, cellCount: number, fineIndex: number): Float32Array {
  return Float32Array.from({ length: cellCount }, (_, coarse) => matrix[coarse * cellCount + fineIndex] ?? Number.NaN);
}

/** One coarse cell's similarity with every fine cell: a row of S. */
export function rowOf(matrix: Float32Array, cellCount: number, coarseIndex: number): Float32Array {
  return matrix.slice(coarseIndex * cellCount, (coarseIndex + 1) * cellCount);
}

/** Index of the greatest value; 0 when all are NaN. */
export function indexOfGreatest(values: Float32Array): number {
  let best = 0;
  values.forEach((value, index) => {
    if (value > (values[best] ?? Number.NEGATIVE_INFINITY) || Number.isNaN(values[best])) best = index;
  });
  return best;
}

/** The cell that an arrow key leads to from `index`, staying inside; null for other keys. */
export function cellAfterKey(key: string, index: number, cells: number): number | null {
  const { row, column } = placeOf(index, cells);
  const inside = (position: number) => Math.max(0, Math.min(cells - 1, position));
  switch (key) {
    case 'ArrowUp':
      return inside(row - 1) * cells + column;
    case 'ArrowDown':
      return inside(row + 1) * cells + column;
    case 'ArrowLeft':
      return row * cells + inside(column - 1);
    case 'ArrowRight':
      return row * cells + inside(column + 1);
    default:
      return null;
  }
}
