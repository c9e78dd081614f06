// Runs: starts one in the inference worker, gathers its cells into a result grid as they come, and keeps the layer on
// screen growing. One run at a time; a newer one supersedes it.

import type { InferenceEvents, RunPlan } from '../inference/inference.contract.ts';
import { Failure, type FailureCode } from '../lib/failure.ts';
import type { ModelDetails } from '../model/model-info.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { type AnalysisResult, cellStatus, type Provenance } from '../results/analysis-result.ts';
import { PreliminaryMap } from '../results/preliminary-map.ts';
import { ResultGrid, type ResultView } from '../results/result-grid.ts';
import { cellAreaMm2, cellsByClass } from '../results/statistics.ts';
import { type AppContext, asFailure, type CurrentSlide, idleRun } from './app-context.ts';
import { Calm } from './calm.ts';
import type { AnalyseOptions, Run, RunProgress } from './concentric.ts';
import type { Models } from './models.ts';
import { forInference } from './points.ts';
import { RateMeter } from './rate-meter.ts';
import type { Slides } from './slides.ts';

export interface Runs {
  analyse(options?: AnalyseOptions): Run;
  /** The last run's result once it ended; null before, and after the slide or the model changed. */
  results(): AnalysisResult | null;
  /** The cells so far, while a run goes on or after it ended. */
  view(): ResultView | null;
  /** What is foretold of cells that the run has not reached; null when no run goes on. */
  preliminary(): PreliminaryMap | null;
  /** Shows a result that was computed elsewhere as if it had just ended here. */
  show(loaded: AnalysisResult): void;
  pause(): void;
  resume(): void;
  cancel(): void;
  /** What is on screen now, level-0 px: done next. */
  lookAt(visible: Rect): void;
  /** The user moves the view: a core is left to the page until it rests. */
  viewMoved(): void;
  /** Cancels what runs and forgets results. */
  clear(): void;
}

interface ActiveRun {
  readonly id: number;
  readonly options: AnalyseOptions;
  readonly listeners: Set<(progress: RunProgress) => void>;
  readonly rate: RateMeter;
  progress: RunProgress;
  paused: boolean;
  cancelled: boolean;
  /** Known once the worker has planned the run; cells wait for it in `early`. */
  planned: { plan: RunPlan; grid: ResultGrid; preliminary: PreliminaryMap; slide: CurrentSlide } | null;
  early: (() => void)[];
  ended: InferenceEvents['finished'] | null;
  resolve(result: AnalysisResult): void;
  reject(failure: Failure): void;
}

/** `onCells` is called when there is more to paint, `onStart` when a run has a grid, `onEnd` when nothing more comes. */
export function createRuns(
  context: AppContext,
  slides: Slides,
  models: Models,
  paint: { onStart(): void; onCells(): void; onEnd(): void },
): Runs {
  const { store, inference, viewer, stats, version } = context;
  let active: ActiveRun | null = null;
  const calm = new Calm((isCalm) => {
    if (active?.planned) void inference.call('calmRun', { runId: active.id, calm: isCalm });
  });
  let view: ResultView | null = null;
  let result: AnalysisResult | null = null;
  let nextId = 1;

  const show = (change: Partial<ReturnType<typeof store.getState>['run']>) =>
    store.setState((state) => ({ run: { ...state.run, ...change } }));

  inference.on('cells', (cells) => {
    const run = active;
    if (run === null || cells.runId !== run.id) return;
    if (run.planned === null) run.early.push(() => take(run, cells));
    else take(run, cells);
  });

  inference.on('preliminary', (cells) => {
    const run = active;
    if (run === null || cells.runId !== run.id) return;
    if (run.planned === null) run.early.push(() => foretell(run, cells));
    else foretell(run, cells);
  });

  inference.on('finished', (event) => {
    if (active === null || event.runId !== active.id) return;
    active.ended = event;
    if (active.planned !== null) void finish(active);
  });

  function take(run: ActiveRun, cells: InferenceEvents['cells']): void {
    if (run.planned === null) return;
    const { grid: into, preliminary } = run.planned;
    into.add(cells);
    const cellsPerSecond = run.rate.add(cells.index.length);
    const progress = {
      ...run.progress,
      done: run.progress.done + cells.index.length,
      mapped: run.progress.mapped + cells.index.filter((cell) => preliminary.known[cell] === 0).length,
      cellsPerSecond,
    };
    run.progress = progress;
    const left = progress.total - progress.done;
    show({
      done: progress.done,
      mapped: progress.mapped,
      cellsPerSecond,
      secondsLeft: cellsPerSecond > 0 ? left / cellsPerSecond : null,
      hasResults: true,
      unread: into.unread,
      classCells: [...into.classCells],
    });
    for (const listener of run.listeners) listener(progress);
    paint.onCells();
  }

  function foretell(run: ActiveRun, cells: InferenceEvents['preliminary']): void {
    if (run.planned === null) return;
    const { status } = run.planned.grid.view;
    run.planned.preliminary.add(cells);
    const isNew = (cell: number) => status[cell] === cellStatus.notReached;
    run.progress = { ...run.progress, mapped: run.progress.mapped + cells.index.filter(isNew).length };
    show({ mapped: run.progress.mapped });
    for (const listener of run.listeners) listener(run.progress);
    paint.onCells();
  }

  async function finish(run: ActiveRun): Promise<void> {
    const { planned, ended } = run;
    if (planned === null || ended === null) return;
    active = null;
    paint.onEnd();
    await stats.refresh();
    const backend = stats.read().backend ?? planned.plan.model.backend;
    const provenance = provenanceOf(version, planned.plan, planned.grid, planned.slide, run.options, backend);
    const finished = planned.grid.finish(ended.state === 'complete' ? 'complete' : 'cancelled', provenance);
    if (view === planned.grid.view) {
      result = finished;
      const failure = ended.failure;
      show({
        status: ended.state,
        secondsLeft: null,
        areaMm2: finished.areaMm2,
        failure: failure === undefined ? null : new Failure(failure.code as FailureCode, failure.message),
      });
    }
    if (ended.failure === undefined) run.resolve(finished);
    else run.reject(new Failure(ended.failure.code as FailureCode, ended.failure.message));
  }

  async function start(run: ActiveRun): Promise<void> {
    try {
      const slide = slides.need();
      const model = await models.need();
      checkOptions(run.options);
      if (active !== run) return;
      const visible = viewer.visibleRect();
      const plan = await inference.call('startRun', {
        runId: run.id,
        request: {
          slide: forInference(slide),
          mode: run.options.mode ?? 'shared',
          step: run.options.step ?? 'half',
          ...(run.options.region === undefined ? {} : { region: run.options.region }),
          ...(visible === null ? {} : { visible }),
        },
      });
      if (active !== run) return;
      const grid = gridOf(plan, model);
      view = grid.view;
      result = null;
      const preliminary = new PreliminaryMap(plan.columns * plan.rows, model.classNames.length);
      run.planned = { plan, grid, preliminary, slide };
      run.progress = { done: 0, total: plan.total, cellsPerSecond: 0, mapped: 0 };
      run.rate.start();
      // Said before the worker knew of the run, and so not heard.
      if (run.cancelled) void inference.call('cancelRun', { runId: run.id });
      else if (run.paused) void inference.call('pauseRun', { runId: run.id });
      const { mppX, mppY } = slide.description;
      const cellMm2 = mppX === null || mppY === null ? null : cellAreaMm2(plan.cellSize, { mppX, mppY });
      show({ ...idleRun, status: run.paused ? 'paused' : 'running', total: plan.total, cellMm2 });
      paint.onStart();
      for (const event of run.early.splice(0)) event();
      if (run.ended !== null) void finish(run);
    } catch (error) {
      const failure = asFailure(error);
      if (active === run) {
        active = null;
        show({ status: 'failed', failure });
      }
      run.reject(failure);
    }
  }

  /** Ends the active run for a newer one. */
  function supersede(): void {
    if (active === null) return;
    void inference.call('cancelRun', { runId: active.id });
    active.reject(new Failure('superseded', 'A newer call of analyse took the place of this one.'));
    active = null;
  }

  function cancel(run: ActiveRun): void {
    if (active !== run) return;
    run.cancelled = true;
    void inference.call('cancelRun', { runId: run.id });
  }

  function setPaused(run: ActiveRun, paused: boolean): void {
    if (active !== run || run.paused === paused) return;
    run.paused = paused;
    void inference.call(paused ? 'pauseRun' : 'resumeRun', { runId: run.id });
    if (!paused) run.rate.start();
    if (run.planned !== null) show({ status: paused ? 'paused' : 'running', secondsLeft: null });
  }

  const runs: Runs = {
    analyse(options = {}) {
      supersede();
      let resolve: (value: AnalysisResult) => void = () => {};
      let reject: (failure: Failure) => void = () => {};
      const done = new Promise<AnalysisResult>((onResult, onFailure) => {
        resolve = onResult;
        reject = onFailure;
      });
      // Whoever only watches progress must not meet an unhandled rejection.
      done.catch(() => {});
      const run: ActiveRun = {
        id: nextId++,
        options,
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
      active = run;
      show({ ...idleRun, status: 'starting', hasResults: view !== null });
      void start(run);
      return {
        done,
        get progress() {
          return run.progress;
        },
        pause: () => setPaused(run, true),
        resume: () => setPaused(run, false),
        cancel: () => cancel(run),
        onProgress(listener) {
          run.listeners.add(listener);
          return () => run.listeners.delete(listener);
        },
      };
    },
    results: () => result,
    view: () => view,
    preliminary: () => active?.planned?.preliminary ?? null,
    show(loaded) {
      runs.clear();
      [view, result] = [loaded, loaded];
      const classCells = cellsByClass(loaded);
      const done = classCells.reduce((sum, count) => sum + count, 0);
      const { state: status, areaMm2, provenance } = loaded;
      const { unread, slide } = provenance;
      store.setState({
        run: {
          ...idleRun,
          status,
          done,
          total: done + unread,
          hasResults: true,
          classCells,
          cellMm2: cellAreaMm2(loaded.cellSize, slide),
          areaMm2,
          unread,
        },
      });
      paint.onStart();
    },
    pause: () => active !== null && setPaused(active, true),
    resume: () => active !== null && setPaused(active, false),
    cancel: () => active !== null && cancel(active),
    lookAt(visible) {
      if (active?.planned) void inference.call('lookAt', { runId: active.id, visible });
    },
    viewMoved: () => calm.touch(),
    clear() {
      if (active !== null) {
        const run = active;
        active = null;
        void inference.call('cancelRun', { runId: run.id });
        // The caller asked for another slide or model, not for an error: what was done so far is the answer.
        if (run.planned !== null) {
          run.ended = { runId: run.id, state: 'cancelled' };
          void finish(run);
        } else run.reject(new Failure('cancelled', 'The slide or the model changed before the run began.'));
      }
      view = null;
      result = null;
      store.setState({ run: idleRun });
    },
  };
  return runs;
}

function gridOf(plan: RunPlan, model: ModelDetails): ResultGrid {
  return new ResultGrid({
    plan,
    classNames: model.classNames,
    pairs: model.similarityPairs,
    hasFamiliarity: model.familiarityThreshold !== null,
  });
}

function checkOptions({ region, mode, step }: AnalyseOptions): void {
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

function provenanceOf(
  version: string,
  plan: RunPlan,
  grid: ResultGrid,
  slide: CurrentSlide,
  options: AnalyseOptions,
  backend: Provenance['backend'],
): Provenance {
  const { name, width, height, mppX, mppY, mppSource } = slide.description;
  if (mppX === null || mppY === null) throw new Error('A run can only have begun on a slide of known scale.');
  const { id, version: modelVersion, sha256, weights, temperature } = plan.model;
  return {
    app: `Concentric ${version}`,
    model: { id, version: modelVersion, sha256, weights },
    backend,
    // What was done: a model whose windows fall between feature cells runs exact, whatever was asked.
    mode: plan.mode,
    step: options.step ?? 'half',
    calibration: temperature,
    region: plan.region,
    unread: grid.unread,
    slide: { name, width, height, mppX, mppY, mppSource: mppSource ?? 'user' },
    colour: 'raw',
    tissueRule: plan.tissueRule,
    createdAt: new Date().toISOString(),
  };
}
