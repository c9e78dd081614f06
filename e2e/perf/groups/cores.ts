// What the second core brings: the same run in a browser that has two cores and in one that has one, in pairs.

import { cpus } from 'node:os';
import type { Bench } from '../bench.ts';
import { timedRun } from './app-run.ts';
import { type Group, wantsData } from './group.ts';

const pairs = 3;
/** Long enough (4,000 cells) that a run's start, which one core does alone, is the small part that it is on a slide. */
const region = { x: 1500, y: 4500, width: 4096, height: 4096 };

async function rate(bench: Bench, cores: number): Promise<number> {
  const app = await bench.breastApp(await bench.browser({ cores }));
  await timedRun(app, { region: { ...region, width: 512, height: 512 } });
  const { cellsPerSecond } = await timedRun(app, { region });
  await bench.rest();
  return cellsPerSecond;
}

export const cores: Group = {
  metrics: ['second_core_gain'],
  obstacle: () =>
    cpus().length < 2
      ? 'This machine has one core.'
      : process.platform === 'linux'
        ? wantsData()
        : 'Only Linux can keep a browser on one core (taskset).',
  async measure(bench: Bench) {
    const gains: number[] = [];
    for (let pair = 0; pair < pairs; pair++) gains.push((await rate(bench, 2)) / (await rate(bench, 1)));
    return { second_core_gain: gains };
  },
};
