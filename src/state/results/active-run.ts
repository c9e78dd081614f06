// A run on its way: what was asked, how far it is, and what it fills. runs.ts carries it out.

import type { InferenceEvents, RunPlan } from '../../inference/inference.contract.ts';
import type { Failure } from '../../lib/failure.ts';
import type { AnalysisResult } from '../../results/analysis-result.ts';
import type { PreliminaryMap } from '../../results/preliminary-map.ts';
import type { ResultGrid, ResultView } from '../../results/result-grid.ts';
import type { CurrentSlide } from '../app-context.ts';
import type { AnalyseOptions, RunProgress } from '../concentric.ts';
import { RateMeter } from './rate-meter.ts';
import type { KeptRun, RunWriter } from './run-journal.ts';
import type { ShownCells } from './run-options.ts';

export interface Planned {
  readonly plan: RunPlan;
  readonly grid: ResultGrid;
  readonly preliminary: PreliminaryMap;
  readonly slide: CurrentSlide;
  /** What it was laid onto. */
  readonly base: ShownCells | null;
  /** Null where the browser keeps nothing. */
  readonly writer: RunWriter | null;
}

export interface ActiveRun {
  readonly id: number;
  readonly options: AnalyseOptions;
  /** The run that it goes on with. */
  readonly from: { readonly kept: KeptRun; readonly view: ResultView } | null;
  readonly listeners: Set<(progress: RunProgress) => void>;
  readonly rate: RateMeter;
  progress: RunProgress;
  paused: boolean;
  cancelled: boolean;
  /** Known once the worker has planned the run; cells wait for it in `early`. */
  planned: Planned | null;
  early: (() => void)[];
  ended: InferenceEvents['finished'] | null;
  resolve(result: AnalysisResult): void;
  reject(failure: Failure): void;
}

/** A run that nothing is known of yet; `done` settles when it is resolved or rejected. */
export function newRun(
  id: number,
  options: AnalyseOptions,
  from: ActiveRun['from'],
): { readonly run: ActiveRun; readonly done: Promise<AnalysisResult> } {
  let resolve: (value: AnalysisResult) => void = () => {};
  let reject: (failure: Failure) => void = () => {};
  const done = new Promise<AnalysisResult>((onResult, onFailure) => {
    resolve = onResult;
    reject = onFailure;
  });
  // Whoever only watches progress must not meet an unhandled rejection.
  done.catch(() => {});
  const run: ActiveRun = {
    id,
    options,
    from,
    listeners: new Set(),
    rate: new RateMeter(() => performance.now()),
    progress: { done: 0, total: 0, cellsPerSecond: 0, mapped: 0 },
    paused: false,
    cancelled: false,
    planned: null,
    early: [],
    ended: null,
    resolve,
    reject,
  };
  return { run, done };
}
