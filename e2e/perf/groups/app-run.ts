// A run in the app as the groups measure it: timed from the call to the last cell, with the counters before and after.

import type { Point, Rect } from '../../../src/pyramid/geometry.ts';
import type { Stats } from '../../../src/state/concentric.ts';
import type { AppPage } from '../../app-page.ts';

export interface TimedRun {
  readonly ms: number;
  readonly firstCellMs: number;
  /** Until every cell with tissue had a class on the screen, final or preliminary. */
  readonly roughMs: number;
  readonly done: number;
  readonly cellsPerSecond: number;
  readonly before: Stats;
  readonly after: Stats;
  /** Centres of the cells that are done, level-0 px, row by row. */
  readonly centres: readonly Point[];
}

export interface RunOptions {
  readonly region?: Rect;
  readonly mode?: 'shared' | 'exact';
  readonly step?: 'half' | 'full';
}

/** Runs to the end. @throws Error when a cell is left out. */
export async function timedRun(app: AppPage, options: RunOptions = {}): Promise<TimedRun> {
  const measured = await app.page.evaluate(async (wanted) => {
    const before = window.concentric.stats();
    const start = performance.now();
    let firstCellMs = 0;
    let roughMs = Number.NaN;
    const run = window.concentric.analyse(wanted);
    run.onProgress(({ done, mapped, total }) => {
      if (firstCellMs === 0 && done > 0) firstCellMs = performance.now() - start;
      if (Number.isNaN(roughMs) && total > 0 && mapped >= total) roughMs = performance.now() - start;
    });
    const { region, cellSize, columns, status, state } = await run.done;
    const ms = performance.now() - start;
    const centres = [...status.keys()]
      .filter((cell) => status[cell] === 1)
      .map((cell) => ({
        x: region.x + ((cell % columns) + 0.5) * cellSize,
        y: region.y + (Math.floor(cell / columns) + 0.5) * cellSize,
      }));
    const missed = status.filter((one) => one > 1).length;
    if (state !== 'complete' || missed > 0) throw new Error(`The run ended ${state} with ${missed} cells missing.`);
    return { ms, firstCellMs, roughMs, before, after: window.concentric.stats(), centres };
  }, options);
  const done = measured.centres.length;
  return { ...measured, done, cellsPerSecond: (done / measured.ms) * 1000 };
}
