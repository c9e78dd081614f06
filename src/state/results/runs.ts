// Runs: starts one in the inference worker, gathers its cells into a result grid as they come, keeps the layer on screen
// growing, and has the cells written down so that a closed tab loses none. One run at a time; a newer one supersedes it,
// and may go on from what is there.

import type { InferenceEvents } from '../../inference/inference.contract.ts';
import { isAbort } from '../../lib/abort.ts';
import { Failure, type FailureCode } from '../../lib/failure.ts';
import type { Rect } from '../../pyramid/geometry.ts';
import { type AnalysisResult, cellStatus } from '../../results/analysis-result.ts';
import { type DoubtLimits, doubtShares, limitsFor } from '../../results/doubt.ts';
import { PreliminaryMap } from '../../results/preliminary-map.ts';
import type { ResultView } from '../../results/result-grid.ts';
import { cellAreaMm2 } from '../../results/statistics.ts';
import { type AppContext, asFailure, idleRun } from '../app-context.ts';
import type { AnalyseOptions, Run } from '../concentric.ts';
import type { Models } from '../models.ts';
import { forInference } from '../points/points.ts';
import type { Slides } from '../slides/slides.ts';
import { type ActiveRun, newRun } from './active-run.ts';
import { Calm } from './calm.ts';
import type { KeptRun, RunWriter } from './run-journal.ts';
import { checkOptions, keptCells, type ShownCells, unreadRegion } from './run-options.ts';
import { covers, endedState, gridOf, partsOf, provenanceOf, writerOf } from './run-record.ts';

export interface Runs {
  analyse(options?: AnalyseOptions): Run;
  /** Computes the cells that could not be read once more. */
  retryUnread(): Run;
  /** Goes on with a run that was broken off, from its cells. */
  goOn(kept: KeptRun, view: ResultView): Run;
  /** The last run's result once it ended; null before, and after the slide or the model changed. */
  results(): AnalysisResult | null;
  /** The cells so far, while a run goes on or after it ended. */
  view(): ResultView | null;
  /** Below which the cells of `view` are in doubt; a model that did not make them does not say. */
  limits(): DoubtLimits;
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
  /** The result is saved: what was written down on the way to it can go. */
  saved(result: AnalysisResult): void;
  /** Cancels what runs and forgets results. */
  clear(): void;
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
  let shown: ShownCells | null = null;
  let result: AnalysisResult | null = null;
  /** By their results: of runs that have ended and whose results are not saved yet. */
  const unsaved = new WeakMap<AnalysisResult, RunWriter>();
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
    const { grid: into, preliminary, writer } = run.planned;
    into.add(cells);
    const isNew = (cell: number) => preliminary.slotOf(into.place(cell)) < 0;
    const cellsPerSecond = run.rate.add(cells.index.length);
    const progress = {
      ...run.progress,
      done: run.progress.done + cells.index.length,
      mapped: run.progress.mapped + cells.index.filter(isNew).length,
      cellsPerSecond,
    };
    run.progress = progress;
    writer?.add({ ...cells, index: cells.index.map(into.place) }, progress.done);
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
    stats.refreshSoon();
    paint.onCells();
  }

  function foretell(run: ActiveRun, cells: InferenceEvents['preliminary']): void {
    if (run.planned === null) return;
    const { grid, preliminary } = run.planned;
    preliminary.add(cells);
    const isNew = (cell: number) => grid.view.status[grid.place(cell)] === cellStatus.notReached;
    run.progress = { ...run.progress, mapped: run.progress.mapped + cells.index.filter(isNew).length };
    show({ mapped: run.progress.mapped });
    for (const listener of run.listeners) listener(run.progress);
    paint.onCells();
  }

  async function finish(run: ActiveRun): Promise<void> {
    const { planned, ended } = run;
    if (planned === null || ended === null) return;
    if (active === run) active = null;
    paint.onEnd();
    await stats.refresh();
    const backend = stats.read().backend ?? planned.plan.model.backend;
    const { plan, grid, base, writer } = planned;
    const isWhole = base === null || base.isComplete || covers(plan.region, base.view.region);
    const isComplete = ended.state === 'complete' && isWhole;
    const parts = partsOf(base, plan.region);
    const provenance = provenanceOf({ ...planned, version, parts, backend, step: run.options.step ?? 'half' });
    const finished = grid.finish(isComplete ? 'complete' : 'cancelled', provenance);
    if (shown?.view === grid.view) {
      writer?.done();
      if (writer !== null) unsaved.set(finished, writer);
      shown = { ...shown, view: finished, isComplete, parts };
      result = finished;
      const failure = ended.failure;
      show({
        status: ended.state,
        secondsLeft: null,
        areaMm2: finished.areaMm2,
        doubt: doubtShares(finished, runs.limits()),
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
      const journal = await context.journal().catch(() => null);
      if (active !== run) return;
      const visible = viewer.visibleRect();
      const before = beforeOf(run);
      const asked = { ...run.options };
      if (asked.unreadOnly === true) {
        const region = before === null ? null : unreadRegion(before.view);
        if (region === null)
          throw new Failure('bad-argument', 'There are no unread cells to try again. Start a run instead.');
        asked.region = region;
      }
      const plan = await inference.call('startRun', {
        runId: run.id,
        request: {
          slide: forInference(slide),
          mode: asked.mode ?? 'shared',
          step: asked.step ?? 'half',
          ...(asked.region === undefined ? {} : { region: asked.region }),
          ...(visible === null ? {} : { visible }),
          ...(before === null ? {} : { kept: keptCells(before, slide.description, asked) }),
        },
      });
      if (active !== run) return;
      const base = plan.kept === null ? null : before;
      const grid = gridOf(plan, model, base?.view ?? null);
      const { mode, tissueRule } = plan;
      shown = {
        view: grid.view,
        mode,
        step: asked.step ?? 'half',
        tissueRule,
        modelSha256: plan.model.sha256,
        isComplete: false,
        parts: partsOf(base, plan.region),
      };
      // The cells of the one before are among this one's, or not wanted any more.
      if (result !== null) saved(result);
      result = null;
      const cells = grid.view.status.length;
      const preliminary = new PreliminaryMap(cells, plan.total, model.classNames.length, grid.place);
      const done = plan.kept?.reduce((sum, one) => sum + one, 0) ?? 0;
      const writer =
        journal === null ? null : writerOf(journal, run.from?.kept ?? null, { plan, grid, slide, base, asked });
      run.planned = { plan, grid, preliminary, slide, base, writer };
      run.progress = { done, total: plan.total, cellsPerSecond: 0, mapped: done };
      run.rate.start();
      // Said before the worker knew of the run, and so not heard.
      if (run.cancelled) void inference.call('cancelRun', { runId: run.id });
      else if (run.paused) void inference.call('pauseRun', { runId: run.id });
      const { mppX, mppY } = slide.description;
      const cellMm2 = mppX === null || mppY === null ? null : cellAreaMm2(plan.cellSize, { mppX, mppY });
      const status = run.paused ? 'paused' : 'running';
      const classCells = base === null ? [] : [...grid.classCells];
      const there = { hasResults: base !== null, unread: grid.unread, classCells };
      show({ ...idleRun, ...there, status, done, mapped: done, total: plan.total, cellMm2 });
      paint.onStart();
      for (const event of run.early.splice(0)) event();
      if (run.ended !== null) void finish(run);
    } catch (error) {
      // Reading stopped because the slide was closed while the run was planned: no error of anybody's.
      const failure = isAbort(error)
        ? new Failure('cancelled', 'The slide was closed. Open it again and start the run anew.')
        : asFailure(error);
      if (active === run) {
        active = null;
        show({ status: 'failed', failure });
      }
      run.reject(failure);
    }
  }

  /** The cells that a run goes on from. */
  function beforeOf({ options, from }: ActiveRun): ShownCells | null {
    if (from === null) return options.extend === true || options.unreadOnly === true ? shown : null;
    const { mode, tissueRule, model, before } = from.kept;
    return { view: from.view, mode, step: from.kept.asked.step, tissueRule, modelSha256: model.sha256, ...before };
  }

  function saved(kept: AnalysisResult): void {
    unsaved.get(kept)?.end();
    unsaved.delete(kept);
  }

  /** Ends the active run for a newer one. */
  function supersede(): void {
    if (active === null) return;
    active.planned?.writer?.end();
    void inference.call('cancelRun', { runId: active.id });
    active.reject(new Failure('superseded', 'A newer call of analyse took the place of this one. Wait for that one.'));
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

  function begin(options: AnalyseOptions, from: ActiveRun['from']): Run {
    supersede();
    const { run, done } = newRun(nextId++, options, from);
    active = run;
    show({ ...idleRun, status: 'starting', hasResults: shown !== null });
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
  }

  const runs: Runs = {
    analyse: (options = {}) => begin(options, null),
    retryUnread: () =>
      begin({ unreadOnly: true, ...(shown === null ? {} : { mode: shown.mode, step: shown.step }) }, null),
    goOn: (kept, view) => begin(kept.asked, { kept, view }),
    results: () => result,
    view: () => shown?.view ?? null,
    limits: () => limitsFor(models.loaded(), result?.provenance.model ?? null),
    preliminary: () => active?.planned?.preliminary ?? null,
    show(loaded) {
      runs.clear();
      const { mode, step, tissueRule, model, region, parts = [region] } = loaded.provenance;
      const isComplete = loaded.state === 'complete';
      shown = { view: loaded, mode, step, tissueRule, modelSha256: model.sha256, isComplete, parts };
      result = loaded;
      store.setState({ run: endedState(loaded, runs.limits()) });
      paint.onStart();
    },
    pause: () => active !== null && setPaused(active, true),
    resume: () => active !== null && setPaused(active, false),
    cancel: () => active !== null && cancel(active),
    lookAt(visible) {
      if (active?.planned) void inference.call('lookAt', { runId: active.id, visible });
    },
    viewMoved: () => calm.touch(),
    saved,
    clear() {
      if (active !== null) {
        const run = active;
        active = null;
        void inference.call('cancelRun', { runId: run.id });
        // The caller asked for another slide or model, not for an error: what was done so far is the answer.
        if (run.planned !== null) {
          // Left in the middle: the next time this slide is open it can be gone on with.
          run.planned.writer?.leave();
          run.ended = { runId: run.id, state: 'cancelled' };
          void finish(run);
        } else
          run.reject(new Failure('cancelled', 'The slide or the model changed before the run began. Start it anew.'));
      }
      shown = null;
      result = null;
      store.setState({ run: idleRun });
    },
  };
  return runs;
}
