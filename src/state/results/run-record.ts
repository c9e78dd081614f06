// What is put on record of a run: its grid, its provenance, which every export carries, what must be kept so that it can be
// gone on with, and how it stands once it has ended. Pure.

import type { RunPlan } from '../../inference/inference.contract.ts';
import type { ModelDetails } from '../../model/model-info.ts';
import type { Rect } from '../../pyramid/geometry.ts';
import type { AnalysisResult, Provenance } from '../../results/analysis-result.ts';
import { type DoubtLimits, doubtShares } from '../../results/doubt.ts';
import { finishedCells, ResultGrid, type ResultView, tissueOf } from '../../results/result-grid.ts';
import { cellAreaMm2, cellsByClass } from '../../results/statistics.ts';
import { type CurrentSlide, idleRun } from '../app-context.ts';
import type { AppState } from '../app-state.ts';
import type { AnalyseOptions } from '../concentric.ts';
import type { KeptRun, RunJournal, RunWriter } from './run-journal.ts';
import type { ShownCells } from './run-options.ts';

interface Recorded {
  readonly plan: RunPlan;
  readonly grid: ResultGrid;
  readonly slide: CurrentSlide;
}

/** A run that has its plan. */
interface Begun extends Recorded {
  /** What it was laid onto. */
  readonly base: ShownCells | null;
  readonly asked: AnalyseOptions;
}

/** Whether `outer` holds all of `inner`, to a thousandth of a pixel. */
export function covers(outer: Rect, inner: Rect): boolean {
  const reaches = (a: number, b: number) => a <= b + 1e-3;
  return (
    reaches(outer.x, inner.x) &&
    reaches(outer.y, inner.y) &&
    reaches(inner.x + inner.width, outer.x + outer.width) &&
    reaches(inner.y + inner.height, outer.y + outer.height)
  );
}

/** The regions of what a run is laid onto and its own; those that a later one, or the whole of one, holds are left out. */
export function partsOf(base: ShownCells | null, region: Rect): readonly Rect[] {
  const before = base?.parts ?? [];
  if (before.some((part) => covers(part, region))) return before;
  return [...before.filter((part) => !covers(region, part)), region];
}

export function provenanceOf({
  plan,
  grid,
  slide,
  version,
  parts,
  backend,
  step,
}: Recorded & {
  readonly version: string;
  readonly parts: readonly Rect[];
  readonly backend: Provenance['backend'];
  readonly step: Provenance['step'];
}): Provenance {
  const { name, width, height, mppX, mppY, mppSource } = slide.description;
  if (mppX === null || mppY === null) throw new Error('A run can only have begun on a slide of known scale.');
  const { id, version: modelVersion, sha256, weights, temperature } = plan.model;
  return {
    app: `Concentric ${version}`,
    model: { id, version: modelVersion, sha256, weights },
    backend,
    // What was done: a model whose windows fall between feature cells runs exact, whatever was asked.
    mode: plan.mode,
    step,
    calibration: temperature,
    region: grid.view.region,
    ...(parts.length > 1 ? { parts } : {}),
    unread: grid.unread,
    slide: { name, width, height, mppX, mppY, mppSource: mppSource ?? 'user' },
    colour: 'raw',
    tissueRule: plan.tissueRule,
    createdAt: new Date().toISOString(),
  };
}

/** What is kept of a run that begins. */
function keptRunOf({ plan, grid, slide, base, asked: { region, mode = 'shared', step = 'half' } }: Begun): KeptRun {
  const { width, height, mppX, mppY } = slide.description;
  const { id, version, sha256 } = plan.model;
  const { view } = grid;
  return {
    id: crypto.randomUUID(),
    savedAt: Date.now(),
    slide: { key: slide.key, width, height, mppX, mppY },
    model: { id, version, sha256 },
    asked: { mode, step, ...(region === undefined ? {} : { region }) },
    mode: plan.mode,
    tissueRule: plan.tissueRule,
    before: { isComplete: base?.isComplete ?? true, parts: base?.parts ?? [] },
    grid: {
      region: view.region,
      cellSize: view.cellSize,
      columns: view.columns,
      rows: view.rows,
      tissue: tissueOf(view.status),
    },
    classNames: view.classNames,
    pairs: view.similarity.map(({ fine, coarse }) => ({ fine, coarse })),
    hasFamiliarity: view.familiarity !== null,
    done: plan.kept?.reduce((sum, one) => sum + one, 0) ?? 0,
    total: plan.total,
  };
}

/** Goes on writing the run that is gone on with; else begins to write a new one. */
export function writerOf(journal: RunJournal, from: KeptRun | null, begun: Begun): RunWriter {
  if (from !== null && begun.base !== null) return journal.goOn(from);
  // Of another model by now: its cells are no longer of use.
  if (from !== null) void journal.remove(from.id).catch(() => undefined);
  return journal.begin(keptRunOf(begun), finishedCells(begun.grid.view));
}

/** The grid that its cells enter; those of `onto` are there already. */
export function gridOf(plan: RunPlan, model: ModelDetails, onto: ResultView | null): ResultGrid {
  return new ResultGrid({
    plan,
    onto,
    classNames: model.classNames,
    pairs: model.similarityPairs,
    hasFamiliarity: model.familiarityThreshold !== null,
  });
}

/** How a run stands whose result is there. `limits`: of the model that made it. */
export function endedState(result: AnalysisResult, limits: DoubtLimits): AppState['run'] {
  const classCells = cellsByClass(result);
  const done = classCells.reduce((sum, count) => sum + count, 0);
  const { state: status, areaMm2, provenance } = result;
  const { unread, slide } = provenance;
  return {
    ...idleRun,
    status,
    done,
    total: done + unread,
    hasResults: true,
    classCells,
    cellMm2: cellAreaMm2(result.cellSize, slide),
    areaMm2,
    doubt: doubtShares(result, limits),
    unread,
  };
}
