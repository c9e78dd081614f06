// How much of a result is in doubt: the share of its cells that the model is not sure of, and of those that are unlike the
// tissue it was trained on. What a model does not tell is null, never none.

import { type AnalysisResult, cellStatus } from './analysis-result.ts';
import { likeliestClass } from './statistics.ts';

/** 0..1; null where the model does not say. */
export interface DoubtLimits {
  /** A cell whose highest probability is below is uncertain. */
  readonly uncertainBelow: number | null;
  /** A cell whose familiarity is below is unlike the training tissue. */
  readonly familiarityThreshold: number | null;
}

/** Shares 0..1 of the done cells; null where they are not known. */
export interface DoubtShares {
  readonly uncertain: number | null;
  readonly unlike: number | null;
}

type Grid = Pick<AnalysisResult, 'classNames' | 'status' | 'probabilities' | 'familiarity'>;

export const noLimits: DoubtLimits = { uncertainBelow: null, familiarityThreshold: null };

/** Of `cells` (numbers of cells; without it all), those that are done. */
export function doubtShares(
  grid: Grid,
  { uncertainBelow, familiarityThreshold }: DoubtLimits,
  cells: Iterable<number> = grid.status.keys(),
): DoubtShares {
  const { classNames, status, probabilities, familiarity } = grid;
  let done = 0;
  let uncertain = 0;
  let unlike = 0;
  for (const cell of cells) {
    if (status[cell] !== cellStatus.done) continue;
    done += 1;
    const highest = probabilities[cell * classNames.length + likeliestClass(grid, cell)] ?? Number.NaN;
    if (uncertainBelow !== null && highest < uncertainBelow) uncertain += 1;
    if (familiarity !== null && familiarityThreshold !== null && (familiarity[cell] ?? 1) < familiarityThreshold)
      unlike += 1;
  }
  return {
    uncertain: done === 0 || uncertainBelow === null ? null : uncertain / done,
    unlike: done === 0 || familiarity === null || familiarityThreshold === null ? null : unlike / done,
  };
}

/** A result's doubt as files have it: shares 0..1 of its done cells, and the limits by which they were counted. */
export function doubtRecord(grid: Grid, limits: DoubtLimits) {
  const { uncertain, unlike } = doubtShares(grid, limits);
  return {
    uncertainShare: uncertain,
    uncertainBelow: limits.uncertainBelow,
    unlikeShare: unlike,
    unlikeBelow: limits.familiarityThreshold,
  };
}

/** The limits that hold for a result: of the model that made it, and of no other version. */
export function limitsFor(
  model: (DoubtLimits & { readonly id: string; readonly version: string }) | null,
  madeBy: { readonly id: string; readonly version: string } | null,
): DoubtLimits {
  if (model === null || (madeBy !== null && (madeBy.id !== model.id || madeBy.version !== model.version)))
    return noLimits;
  return model;
}
