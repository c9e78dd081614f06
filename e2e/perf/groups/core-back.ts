// How soon a run gives a core back when the user begins to pan: the processor time that the encoder thread which rests
// still takes from the first movement of the mouse on, as the system counts it (in steps of 10 ms). Where the core is free
// for it that is the time until it rests; what else the machine does makes it no longer.

import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Browser } from '@playwright/test';
import type { AppPage } from '../../app-page.ts';
import type { Bench } from '../bench.ts';
import { type Group, wantsData } from './group.ts';

const repeats = 5;
const watchMs = 800;
/** Untouched for so long the run has every core again. */
const restMs = 2500;
const tickMs = 10;

/** Processor time of each worker thread of the pages, in ticks. */
function workerTicks(processes: readonly number[]): Map<string, number> {
  const ticks = new Map<string, number>();
  for (const process of processes) {
    for (const thread of readdirSync(`/proc/${process}/task`)) {
      const stat = readFileSync(`/proc/${process}/task/${thread}/stat`, 'utf8');
      const [name = '', rest = ''] = stat.split(/\) /);
      const fields = rest.split(' ');
      if (name.includes('DedicatedWorker')) ticks.set(thread, Number(fields[11]) + Number(fields[12]));
    }
  }
  return ticks;
}

async function renderers(browser: Browser): Promise<number[]> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Since `before`, ticks of each thread. */
function gained(processes: readonly number[], before: ReadonlyMap<string, number>): [string, number][] {
  return [...workerTicks(processes)].map(([thread, ticks]) => [thread, ticks - (before.get(thread) ?? 0)]);
}

/** Lets the run have every core, then pans: ms of processor time that the less busy encoder still takes. */
async function coreBackMs(app: AppPage, processes: readonly number[]): Promise<number> {
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('There is no slide on screen.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const atRest = workerTicks(processes);
  await app.page.waitForTimeout(restMs);
  // Nobody computes more than the encoders.
  const encoders = gained(processes, atRest)
    .sort((a, b) => b[1] - a[1])
    .slice(0, cpus().length)
    .map(([thread]) => thread);
  await app.page.mouse.move(x, y);
  await app.page.mouse.down();
  const before = workerTicks(processes);
  const start = performance.now();
  for (let step = 1; performance.now() - start < watchMs; step++) {
    await app.page.mouse.move(x + (step % 2 === 0 ? 10 : -10), y + (step % 40));
  }
  const still = new Map(gained(processes, before));
  await app.page.mouse.up();
  return tickMs * Math.min(...encoders.map((thread) => still.get(thread) ?? 0));
}

export const coreBack: Group = {
  metrics: ['core_back_ms'],
  obstacle: () => {
    if (process.platform !== 'linux') return 'Only Linux tells what each thread computes (/proc).';
    return cpus().length < 2 ? 'This machine has one core, which the run keeps.' : wantsData();
  },
  async measure(bench: Bench) {
    const browser = await bench.browser();
    const app = await bench.breastApp(browser);
    const processes = await renderers(browser);
    await app.page.evaluate(async () => {
      const run = window.concentric.analyse();
      await new Promise<void>((resolve) => run.onProgress(({ done }) => done > 20 && resolve()));
    });
    const times: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) times.push(await coreBackMs(app, processes));
    return { core_back_ms: times };
  },
};
