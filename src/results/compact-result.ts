// A result without the numbers of cells that have none: on a large slide most cells are glass. For keeping it in the
// browser; exports and everything else take results whole.

import type { AnalysisResult } from './analysis-result.ts';
import { type FinishedCells, finishedCells, ResultGrid, tissueOf } from './result-grid.ts';

export interface CompactResult
  extends Pick<
    AnalysisResult,
    'region' | 'cellSize' | 'columns' | 'rows' | 'classNames' | 'areaMm2' | 'state' | 'provenance'
  > {
  /** rows x columns, 1 where there is tissue, or nobody has looked. */
  readonly tissue: Uint8Array;
  readonly pairs: readonly { readonly fine: number; readonly coarse: number }[];
  readonly hasFamiliarity: boolean;
  /** Null when no cell has come to an end. */
  readonly cells: FinishedCells | null;
}

export function compactResult(result: AnalysisResult): CompactResult {
  const { region, cellSize, columns, rows, classNames, areaMm2, state, provenance } = result;
  return {
    ...{ region, cellSize, columns, rows, classNames, areaMm2, state, provenance },
    tissue: tissueOf(result.status),
    pairs: result.similarity.map(({ fine, coarse }) => ({ fine, coarse })),
    hasFamiliarity: result.familiarity !== null,
    cells: finishedCells(result),
  };
}

export function wholeResult(compact: CompactResult): AnalysisResult {
  const grid = new ResultGrid({ ...compact, plan: compact });
  if (compact.cells !== null) grid.add(compact.cells);
  return { ...grid.finish(compact.state, compact.provenance), areaMm2: compact.areaMm2 };
}
