// Runs over the whole slide against the naive loop, in pairs: the app on the whole slide, then the naive loop on a stretch
// of neighbouring cells, so that both meet the same moods of the machine.

import type { Page } from '@playwright/test';
import type { Point } from '../../../src/pyramid/geometry.ts';
import type { AppPage } from '../../app-page.ts';
import { seeded } from '../../fixtures/seeded.ts';
import { type Bench, breast } from '../bench.ts';
import type { NaiveResult } from '../page/naive-loop.ts';
import { timedRun } from './app-run.ts';
import { type Group, wantsData } from './group.ts';

const pairs = 3;
const naiveCells = 10;
/** What both are warmed up on. */
const warmUp = { x: 1500, y: 6400, width: 1000, height: 1000 };

async function naive(page: Page, origin: string, points: readonly Point[], context: boolean): Promise<NaiveResult> {
  const argument = { model: `${origin}/models/${breast.model}/`, slide: `${origin}/${breast.slide}`, points, context };
  return page.evaluate(
    ({ model, slide, points, context }) => window.engine.runNaive(model, slide, points, { context }),
    argument,
  );
}

function neighbours(centres: readonly Point[], random: () => number): Point[] {
  const from = Math.floor(random() * (centres.length - naiveCells));
  return centres.slice(from, from + naiveCells);
}

/** Largest difference from what the app says of the same points. */
async function largestDifference(app: AppPage, points: readonly Point[], { probabilities }: NaiveResult) {
  let largest = 0;
  for (const [n, point] of points.entries()) {
    const { probabilities: exact } = await app.classify(point);
    exact.forEach((p, k) => {
      largest = Math.max(largest, Math.abs(p - (probabilities[n]?.[k] ?? Number.NaN)));
    });
  }
  return largest;
}

async function measure(bench: Bench, step: 'half' | 'full') {
  const browser = await bench.browser();
  const [app, page] = [await bench.breastApp(browser), await bench.engine(browser)];
  const random = seeded(11);
  const speedups: number[] = [];
  const withoutContext: number[] = [];
  const ours: number[] = [];
  const theirs: number[] = [];
  const differences: number[] = [];
  for (let pair = -1; pair < pairs; pair++) {
    const run = await timedRun(app, pair < 0 ? { step, region: warmUp } : { step });
    const points = neighbours(run.centres, random);
    const loop = await naive(page, bench.origin, points, true);
    const rate = (points.length / loop.ms) * 1000;
    if (pair < 0) {
      // The first of both is their warm-up, and the proof that they compute the same.
      differences.push(await largestDifference(app, points, loop));
      continue;
    }
    const bare = await naive(page, bench.origin, points, false);
    ours.push(run.cellsPerSecond);
    theirs.push(rate);
    speedups.push(run.cellsPerSecond / rate);
    withoutContext.push(run.cellsPerSecond / ((points.length / bare.ms) * 1000));
  }
  return { speedups, withoutContext, ours, theirs, differences };
}

export const speedHalf: Group = {
  metrics: [
    'speedup_naive_half',
    'speedup_naive_half_without_context',
    'cells_per_second_half',
    'naive_cells_per_second',
    'naive_max_abs_dp',
  ],
  obstacle: wantsData,
  async measure(bench) {
    const { speedups, withoutContext, ours, theirs, differences } = await measure(bench, 'half');
    return {
      speedup_naive_half: speedups,
      speedup_naive_half_without_context: withoutContext,
      cells_per_second_half: ours,
      naive_cells_per_second: theirs,
      naive_max_abs_dp: differences,
    };
  },
};

export const speedFull: Group = {
  metrics: ['speedup_naive_full', 'cells_per_second_full'],
  obstacle: wantsData,
  async measure(bench) {
    const { speedups, ours } = await measure(bench, 'full');
    return { speedup_naive_full: speedups, cells_per_second_full: ours };
  },
};
