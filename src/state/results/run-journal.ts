// Runs on their way, in the browser's database (IndexedDB): the plan when a run begins, its cells about once a second, and
// nothing once it has ended. What is there when no window works on it belongs to a tab that was closed or died. Where the
// browser keeps nothing, a run goes on all the same.

import type { DBSchema } from 'idb';
import type { RunMode, RunStep } from '../../inference/inference.contract.ts';
import { keptDatabase } from '../../lib/kept-database.ts';
import type { Rect } from '../../pyramid/geometry.ts';
import { type FinishedCells, type GridPlan, ResultGrid, type ResultView } from '../../results/result-grid.ts';

/** What a run needs to be gone on with. */
export interface KeptRun {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** As `CurrentSlide.key`, with the size and scale that the cells were computed at. */
  readonly slide: {
    readonly key: string;
    readonly width: number;
    readonly height: number;
    readonly mppX: number | null;
    readonly mppY: number | null;
  };
  readonly model: { readonly id: string; readonly version: string; readonly sha256: string };
  readonly asked: { readonly region?: Rect; readonly mode: RunMode; readonly step: RunStep };
  /** How it was done, which `asked` need not be. */
  readonly mode: RunMode;
  readonly tissueRule: string;
  /** Of what was there before it: whether that was all there, and the regions it was of, level-0 px. */
  readonly before: { readonly isComplete: boolean; readonly parts: readonly Rect[] };
  /** Of all that is shown: the run's cells, and those that were there before it. */
  readonly grid: GridPlan;
  readonly classNames: readonly string[];
  readonly pairs: readonly { readonly fine: number; readonly coarse: number }[];
  readonly hasFamiliarity: boolean;
  /** Cells of the run that have come to an end, and all of them. */
  readonly done: number;
  readonly total: number;
}

interface Schema extends DBSchema {
  runs: { key: string; value: KeptRun };
  /** Cells of the run's grid, in the batches that they were saved in. */
  cells: {
    key: number;
    value: { readonly run: string; readonly cells: readonly FinishedCells[] };
    indexes: { run: string };
  };
}

/** Older ones are let go. */
const mostRuns = 6;
const saveEveryMs = 1000;

/** Takes down one run. Never fails: where nothing can be kept, nothing is. */
export interface RunWriter {
  readonly id: string;
  /** `done`: cells of the run that have come to an end by now. */
  add(cells: FinishedCells, done: number): void;
  /** No more cells come. What is written stays until `end`: a tab that is closed before its result is kept loses nothing. */
  done(): void;
  /** The result is kept elsewhere, or no longer wanted: nothing of the run stays. */
  end(): void;
  /** The run was left: it can be gone on with. */
  leave(): void;
}

export interface RunJournal {
  /** `first`: cells that are there before the run's own. */
  begin(run: KeptRun, first: FinishedCells | null): RunWriter;
  /** Goes on writing a run that is kept. */
  goOn(run: KeptRun): RunWriter;
  /** Runs that no window works on, newest first. */
  left(): Promise<readonly KeptRun[]>;
  /** The cells of a run; null when it is no longer kept, or damaged. */
  cellsOf(run: KeptRun): Promise<ResultView | null>;
  remove(id: string): Promise<void>;
}

export function openRunJournal(name = 'concentric-runs'): RunJournal {
  const database = keptDatabase<Schema>(name, (made) => {
    made.createObjectStore('runs', { keyPath: 'id' });
    made.createObjectStore('cells', { autoIncrement: true }).createIndex('run', 'run');
  });

  const remove = async (id: string) => {
    const transaction = (await database()).transaction(['runs', 'cells'], 'readwrite');
    const cells = transaction.objectStore('cells');
    const keys = await cells.index('run').getAllKeys(id);
    await Promise.all([
      transaction.objectStore('runs').delete(id),
      ...keys.map((key) => cells.delete(key)),
      transaction.done,
    ]);
  };

  // A record without its moment is the oldest.
  const momentOf = ({ savedAt }: KeptRun) => Number(savedAt) || 0;
  const all = async () => (await (await database()).getAll('runs')).sort((a, b) => momentOf(b) - momentOf(a));

  function write(run: KeptRun, isNew: boolean, first: FinishedCells | null): RunWriter {
    const letGo = holdLock(run.id);
    let waiting: FinishedCells[] = first === null ? [] : [first];
    let { done } = run;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let written: Promise<unknown> = isNew ? makeRoom() : Promise.resolve();

    async function makeRoom() {
      const old = (await all()).slice(mostRuns - 1);
      await Promise.all(old.map(({ id }) => remove(id)));
    }
    const save = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const [cells, kept] = [waiting, { ...run, done, savedAt: Date.now() }];
      waiting = [];
      written = written
        .then(async () => {
          const transaction = (await database()).transaction(['runs', 'cells'], 'readwrite');
          await Promise.all([
            transaction.objectStore('runs').put(kept),
            cells.length === 0 ? null : transaction.objectStore('cells').add({ run: run.id, cells }),
            transaction.done,
          ]);
        })
        // The workspace says it when this browser keeps nothing.
        .catch(() => undefined);
    };
    const onHidden = () => {
      if (document.hidden && timer !== null) save();
    };
    document.addEventListener('visibilitychange', onHidden);
    const stop = () => {
      document.removeEventListener('visibilitychange', onHidden);
      if (timer !== null) clearTimeout(timer);
      timer = null;
    };
    save();
    return {
      id: run.id,
      add(cells, now) {
        waiting.push(cells);
        done = now;
        timer ??= setTimeout(save, saveEveryMs);
      },
      done() {
        save();
        stop();
      },
      end() {
        stop();
        void written.then(() => remove(run.id)).then(letGo, letGo);
      },
      leave() {
        save();
        stop();
        void written.then(letGo);
      },
    };
  }

  return {
    begin: (run, first) => write(run, true, first),
    goOn: (run) => write(run, false, null),
    async left() {
      const held = new Set((await navigator.locks?.query())?.held?.map(({ name: lock }) => lock));
      return (await all()).filter((run) => canBeGoneOnWith(run) && !held.has(lockOf(run.id)));
    },
    async cellsOf(run) {
      const db = await database();
      if ((await db.get('runs', run.id)) === undefined) return null;
      const batches = await db.getAllFromIndex('cells', 'run', run.id);
      try {
        const grid = new ResultGrid({ ...run, plan: run.grid });
        for (const { cells } of batches) for (const some of cells) grid.add(some);
        return grid.view;
      } catch {
        return null;
      }
    },
    remove,
  };
}

/** Another version, or damage, may have left anything there; such records go when newer runs need their room. */
function canBeGoneOnWith({ savedAt, slide, model, asked, before, grid, classNames, pairs }: Partial<KeptRun>): boolean {
  const isNamed = typeof slide?.key === 'string' && typeof model?.id === 'string' && Number.isFinite(savedAt);
  const isPlanned = asked !== undefined && Array.isArray(before?.parts) && typeof grid === 'object';
  return isNamed && isPlanned && Array.isArray(classNames) && Array.isArray(pairs);
}

function lockOf(id: string): string {
  return `concentric-run ${id}`;
}

/** Other windows see that this one works on the run, until the returned function is called or the page is gone. */
function holdLock(id: string): () => void {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  void navigator.locks?.request(lockOf(id), () => held);
  return () => letGo();
}
