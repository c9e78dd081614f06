// What a result says of one region. A cell belongs to a region when its centre lies inside; only cells that are done count.

import { type AnalysisResult, cellStatus } from '../results/analysis-result.ts';
import { type DoubtLimits, type DoubtShares, doubtShares, noLimits } from '../results/doubt.ts';
import { cellAreaMm2, likeliestClass } from '../results/statistics.ts';
import { areaPx2 } from './area.ts';
import type { RegionGeometry } from './region.ts';
import { spansAt } from './shape.ts';

export interface RegionStatistics {
  /** Of the outline; null when the scale is not known or the region is a line or a point. */
  readonly areaMm2: number | null;
  /** Done cells inside. */
  readonly cells: number;
  /** Of the done cells inside; null when the scale is not known or there is none. */
  readonly analysedMm2: number | null;
  /** Of the done cells inside. */
  readonly doubt: DoubtShares;
  /** Of them each class is the likeliest in, in the order of the result's classes. */
  readonly classCells: readonly number[];
  /** 0..1; null when no cell is inside. */
  readonly meanEntropy: number | null;
}

type Grid = Pick<
  AnalysisResult,
  'region' | 'cellSize' | 'columns' | 'rows' | 'classNames' | 'status' | 'probabilities' | 'entropy' | 'familiarity'
>;

/** `grid`: a result, a run's live arrays, or null when there are none. mpp in um per level-0 px. `limits`: of its model. */
export function regionStatistics(
  geometry: RegionGeometry,
  grid: Grid | null,
  scale: { readonly mppX: number | null; readonly mppY: number | null },
  limits: DoubtLimits = noLimits,
): RegionStatistics {
  const area = areaPx2(geometry);
  const { mppX, mppY } = scale;
  const areaMm2 = mppX === null || mppY === null || area === 0 ? null : (area * mppX * mppY) / 1e6;
  const classCells = grid?.classNames.map(() => 0) ?? [];
  const inside: number[] = [];
  let entropy = 0;
  let analysedMm2: number | null = null;
  let doubt: DoubtShares = { uncertain: null, unlike: null };
  if (grid !== null) {
    for (const cell of cellsInside(geometry, grid)) {
      if (grid.status[cell] !== cellStatus.done) continue;
      inside.push(cell);
      entropy += grid.entropy[cell] ?? 0;
      const best = likeliestClass(grid, cell);
      if (best >= 0) classCells[best] = (classCells[best] ?? 0) + 1;
    }
    doubt = doubtShares(grid, limits, inside);
    if (inside.length > 0 && mppX !== null && mppY !== null)
      analysedMm2 = inside.length * cellAreaMm2(grid.cellSize, { mppX, mppY });
  }
  const cells = inside.length;
  return { areaMm2, cells, analysedMm2, doubt, classCells, meanEntropy: cells === 0 ? null : entropy / cells };
}

/** Numbers of the cells whose centre lies inside. */
function* cellsInside(geometry: RegionGeometry, grid: Grid): Generator<number> {
  const { cellSize, columns, rows, region } = grid;
  const firstColumn = Math.round(region.x / cellSize);
  const firstRow = Math.round(region.y / cellSize);
  for (let row = 0; row < rows; row++) {
    for (const [from, to] of spansAt(geometry, (firstRow + row + 0.5) * cellSize)) {
      const first = Math.max(0, Math.ceil(from / cellSize - 0.5) - firstColumn);
      const end = Math.min(columns, Math.ceil(to / cellSize - 0.5) - firstColumn);
      for (let column = first; column < end; column++) yield row * columns + column;
    }
  }
}
