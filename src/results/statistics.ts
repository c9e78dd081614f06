// What a result says in numbers: the class of a cell, how many cells a class has, and the area that makes. Only cells
// that are done count.

import { type AnalysisResult, cellStatus } from './analysis-result.ts';

type Classified = Pick<AnalysisResult, 'classNames' | 'probabilities' | 'status'>;

/** Index of the class of highest probability (the first of equals), or -1 where the cell has none. */
export function likeliestClass({ classNames, probabilities }: Omit<Classified, 'status'>, cell: number): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < classNames.length; index++) {
    const probability = probabilities[cell * classNames.length + index] ?? Number.NaN;
    if (probability > highest) {
      highest = probability;
      best = index;
    }
  }
  return best;
}

/** Done cells of each class, in the order of `classNames`. */
export function cellsByClass(result: Classified): number[] {
  const counts = result.classNames.map(() => 0);
  for (let cell = 0; cell < result.status.length; cell++) {
    if (result.status[cell] !== cellStatus.done) continue;
    const best = likeliestClass(result, cell);
    if (best >= 0) counts[best] = (counts[best] ?? 0) + 1;
  }
  return counts;
}

/** mm² of a cell of `cellSize` level-0 px a side. */
export function cellAreaMm2(
  cellSize: number,
  { mppX, mppY }: { readonly mppX: number; readonly mppY: number },
): number {
  return (cellSize ** 2 * mppX * mppY) / 1e6;
}
