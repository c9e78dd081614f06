// The done cells of a result as the exports write them: where each lies, and its numbers under the names of their
// columns. One place for these, so that the formats agree.

import { type AnalysisResult, cellStatus } from './analysis-result.ts';

/** One number of every cell; `values` holds cell c's at c * stride + offset, NaN where there is none. */
export interface Column {
  readonly name: string;
  readonly values: Float32Array;
  readonly stride: number;
  readonly offset: number;
}

/** Columns of a result: `prob_<class>` first, then `entropy`, `familiarity`, `similarity_<fine>_<coarse>`, `contrast_…`. */
export function columnsOf(result: AnalysisResult): Column[] {
  const column = (name: string, values: Float32Array): Column => ({ name, values, stride: 1, offset: 0 });
  const { classNames, probabilities, entropy, familiarity, similarity } = result;
  const stride = classNames.length;
  return [
    ...classNames.map((name, offset) => ({ name: `prob_${name}`, values: probabilities, stride, offset })),
    column('entropy', entropy),
    ...(familiarity === null ? [] : [column('familiarity', familiarity)]),
    ...similarity.map(({ fine, coarse, aligned }) => column(`similarity_${fine}_${coarse}`, aligned)),
    ...similarity.map(({ fine, coarse, contrast }) => column(`contrast_${fine}_${coarse}`, contrast)),
  ];
}

/** The column's number for a cell, rounded to the seven digits that a float32 is good for; null when not finite. */
export function numberOf({ values, stride, offset }: Column, cell: number): number | null {
  const value = values[cell * stride + offset] ?? Number.NaN;
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}

/** What a cell covers, level-0 px. Neighbours share the very same edge. */
export interface CellBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A function that gives the box of a cell by its number. */
export function cellBoxes({ region, cellSize, columns }: AnalysisResult): (cell: number) => CellBox {
  // The lattice is anchored at the slide: edges are whole multiples of the cell size.
  const firstColumn = Math.round(region.x / cellSize);
  const firstRow = Math.round(region.y / cellSize);
  return (cell) => {
    const column = firstColumn + (cell % columns);
    const row = firstRow + Math.floor(cell / columns);
    return {
      left: column * cellSize,
      top: row * cellSize,
      right: (column + 1) * cellSize,
      bottom: (row + 1) * cellSize,
    };
  };
}

/** What `write` makes of every done cell, in pieces of many cells. */
export function* writeDoneCells(result: AnalysisResult, write: (cell: number) => string): Generator<string> {
  const cellsAPiece = 200;
  let piece: string[] = [];
  for (let cell = 0; cell < result.status.length; cell++) {
    if (result.status[cell] === cellStatus.done) piece.push(write(cell));
    if (piece.length < cellsAPiece) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}
