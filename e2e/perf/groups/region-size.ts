// What choosing the size of a run's regions by a measurement on the user's device could win: the encoder's time for a
// feature cell that is of use, at the size that is fixed, over that at the best size of several.

import { type Bench, breast } from '../bench.ts';
import { median } from '../report.ts';
import type { Group } from './group.ts';

/** Feature cells a side: the fixed size (src/inference/plan-run.ts) and others about it. */
const fixedCells = 40;
const sides = [24, 32, fixedCells, 48, 56, 64];
const rounds = 7;

export const regionSize: Group = {
  metrics: ['region_size_gain'],
  async measure(bench: Bench) {
    const page = await bench.engine(await bench.browser());
    const times = await page.evaluate(({ model, ...options }) => window.engine.regionTimes(model, options), {
      model: `${bench.origin}/models/${breast.model}/`,
      sides,
      rounds,
    });
    const perCell = times.map((ms, which) => ms.map((one) => (1000 * one) / (sides[which] ?? 1) ** 2));
    const medians = perCell.map(median);
    for (const [which, side] of sides.entries())
      console.log(`  ${side} x ${side} feature cells: ${medians[which]?.toFixed(1)} us a cell`);
    const fixed = perCell[sides.indexOf(fixedCells)] ?? [];
    const best = perCell[medians.indexOf(Math.min(...medians))] ?? [];
    return { region_size_gain: fixed.map((us, round) => us / (best[round] ?? Number.NaN)) };
  },
};
