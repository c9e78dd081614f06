// What the similarity explorer shows for the cell that is pointed at: values over one field, marks on both, and the
// sentence that says it in words. Pure.

import type { SimilarityMap } from '../../inference/inference.contract.ts';
import { formatSigned } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { childCells, columnOf, fineFrame, indexOfGreatest, parentCell, placeOf, rowOf } from './field-cells.ts';

export interface Pointed {
  readonly field: 'fine' | 'coarse';
  /** Row-major cell index. */
  readonly cell: number;
}

/** What is drawn over one field. */
export interface FieldMarks {
  /** One value a cell, -1..1, coloured over the field; null leaves the field as it is. */
  readonly values: Float32Array | null;
  /** The cell under the pointer or the keyboard's cursor. */
  readonly cursor: number | null;
  /** Cells framed together: where the other field's cell lies. */
  readonly expected: readonly number[];
  /** The most alike cell. */
  readonly best: number | null;
  /** The whole finer field's frame, as shares of the side. */
  readonly frame: { readonly start: number; readonly size: number } | null;
}

export interface SimilarityView {
  readonly fine: FieldMarks;
  readonly coarse: FieldMarks;
  readonly text: string;
}

const plain: FieldMarks = { values: null, cursor: null, expected: [], best: null, frame: null };

export function similarityView(map: SimilarityMap, pointed: Pointed | null): SimilarityView {
  const ratio = map.coarse / map.fine;
  const frame = fineFrame(ratio);
  if (pointed === null) {
    return { fine: plain, coarse: { ...plain, values: map.query, frame }, text: panelStrings.similarity.whole };
  }
  return pointed.field === 'fine' ? fromFine(map, pointed.cell, ratio) : fromCoarse(map, pointed.cell, ratio);
}

function fromFine(map: SimilarityMap, cell: number, ratio: number): SimilarityView {
  const side = map.width;
  const values = columnOf(map.matrix, side * map.height, cell);
  const parent = parentCell(cell, side, ratio);
  const best = indexOfGreatest(values);
  const here = placeOf(cell, side);
  const there = placeOf(best, side);
  return {
    fine: { ...plain, cursor: cell },
    coarse: { ...plain, values, expected: [parent], best, frame: fineFrame(ratio) },
    text: panelStrings.similarity.fineCell(
      here.row + 1,
      here.column + 1,
      formatSigned(values[parent] ?? Number.NaN),
      formatSigned(values[best] ?? Number.NaN),
      there.row + 1,
      there.column + 1,
    ),
  };
}

function fromCoarse(map: SimilarityMap, cell: number, ratio: number): SimilarityView {
  const side = map.width;
  const values = rowOf(map.matrix, side * map.height, cell);
  const children = childCells(cell, side, ratio);
  const best = indexOfGreatest(values);
  const { row, column } = placeOf(cell, side);
  const inside = children.length > 0;
  const mean = meanOf(inside ? children.map((child) => values[child] ?? Number.NaN) : [...values]);
  const say = inside ? panelStrings.similarity.coarseInside : panelStrings.similarity.coarseOutside;
  return {
    fine: { ...plain, values, expected: children, best },
    coarse: { ...plain, cursor: cell, frame: fineFrame(ratio) },
    text: say(row + 1, column + 1, formatSigned(mean), formatSigned(values[best] ?? Number.NaN)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
