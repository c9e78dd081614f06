// What may be asked of a run, and which cells of what is there already it need not compute.

import type { KeptCells, RunMode, RunStep } from '../../inference/inference.contract.ts';
import { Failure } from '../../lib/failure.ts';
import { cellGrid } from '../../pyramid/cell-grid.ts';
import { type AnalysisResult, cellStatus } from '../../results/analysis-result.ts';
import { extentOfCells, placeIn } from '../../results/placed.ts';
import type { ResultView } from '../../results/result-grid.ts';
import type { AnalyseOptions } from '../concentric.ts';

/** Cells that are on screen, and how they were computed. */
export interface ShownCells {
  readonly view: ResultView;
  readonly mode: RunMode;
  readonly step: RunStep;
  readonly modelSha256: string;
  readonly tissueRule: string;
  /** Whether all that was asked for is there; false while a run goes on. */
  readonly isComplete: boolean;
  /** Level-0 px: what was asked for, one after the other. */
  readonly parts: readonly AnalysisResult['region'][];
}

/** @throws Failure `bad-argument`. */
export function checkOptions({ region, mode, step }: AnalyseOptions): void {
  if (region !== undefined) {
    const { x, y, width, height } = region;
    if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0) {
      throw new Failure('bad-argument', 'The region must have finite x and y, and a width and height above 0.');
    }
  }
  if (mode !== undefined && mode !== 'shared' && mode !== 'exact') {
    throw new Failure('bad-argument', `There is no mode "${String(mode)}". Use "shared" or "exact".`);
  }
  if (step !== undefined && step !== 'half' && step !== 'full') {
    throw new Failure('bad-argument', `There is no step "${String(step)}". Use "half" or "full".`);
  }
}

/** The rectangle around the cells that could not be read; null when there are none. */
export function unreadRegion({ status, ...grid }: ResultView): AnalysisResult['region'] | null {
  return extentOfCells(grid, (cell) => status[cell] === cellStatus.unread);
}

/**
 * What a run over `region` (level-0 px; the whole slide when absent) may leave out of what is shown: the cells that are
 * done; with `unreadOnly` all but those that could not be read. A region in which nothing is missing is computed again
 * whole: nothing else can be meant by running it.
 */
export function keptCells(
  { view, mode, modelSha256, tissueRule }: ShownCells,
  slide: { readonly width: number; readonly height: number },
  { region, unreadOnly = false }: Pick<AnalyseOptions, 'region' | 'unreadOnly'>,
): KeptCells {
  const { status, cellSize, columns, rows } = view;
  const isKept = (one: number) => (unreadOnly ? one !== cellStatus.unread : one === cellStatus.done);
  const done = Uint8Array.from(status, (one) => Number(isKept(one)));
  const wanted = cellGrid(slide, cellSize, region);
  const place = placeIn(view, wanted);
  const cells = Array.from({ length: wanted.columns * wanted.rows }, (_, cell) => place(cell));
  const isThere = (cell: number) => status[cell] === cellStatus.done || status[cell] === cellStatus.noTissue;
  if (!unreadOnly && cells.every(isThere)) for (const cell of cells) done[cell] = 0;
  return { region: view.region, cellSize, columns, rows, done, mode, modelSha256, tissueRule };
}
