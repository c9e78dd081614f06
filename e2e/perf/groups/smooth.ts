// Whether the page stays calm while a run goes on: frames, main-thread tasks and the way of tiles to the screen, panning
// by mouse at rest and during a run, in pairs; and what panning costs the run.

import type { Browser } from '@playwright/test';
import type { AppPage } from '../../app-page.ts';
import { mainThreadTasksMs } from '../../fixtures/main-thread.ts';
import type { Bench } from '../bench.ts';
import { percentile95 } from '../report.ts';
import { type Group, wantsData } from './group.ts';

const pairs = 3;
const panMs = 5000;
const longTaskMs = 50;

interface Panned {
  readonly framesPerSecond: number;
  /** From a tile being wanted to its being there. */
  readonly tilesMs: readonly number[];
}

/** Drags the slide about with the mouse, over ever new tissue; `lane` names where it starts. */
async function pan(app: AppPage, lane: number): Promise<Panned> {
  await app.setView({ x: 1800 + 700 * lane, y: 3000, magnification: 12 });
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('There is no slide on screen.');
  await app.page.evaluate(() => {
    const seen = { frames: 0, tilesMs: [] as number[], observer: null as PerformanceObserver | null, going: true };
    (globalThis as typeof globalThis & { seen: typeof seen }).seen = seen;
    seen.observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntriesByName('concentric:tile')) seen.tilesMs.push(entry.duration);
    });
    seen.observer.observe({ type: 'measure' });
    // A method, since the name that the loader gives to a function would not be known in the page.
    const counter = {
      frame() {
        seen.frames++;
        if (seen.going) requestAnimationFrame(counter.frame);
      },
    };
    requestAnimationFrame(counter.frame);
  });
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const start = Date.now();
  for (let stroke = 0; Date.now() - start < panMs; stroke++) {
    await app.page.mouse.move(x, y + 150);
    await app.page.mouse.down();
    await app.page.mouse.move(x + (stroke % 2 === 0 ? 20 : -20), y - 150, { steps: 15 });
    await app.page.mouse.up();
  }
  const elapsedMs = Date.now() - start;
  const seen = await app.page.evaluate(() => {
    const { seen } = globalThis as typeof globalThis & {
      seen: { frames: number; tilesMs: number[]; observer: PerformanceObserver; going: boolean };
    };
    seen.going = false;
    seen.observer.disconnect();
    return { frames: seen.frames, tilesMs: seen.tilesMs };
  });
  return { framesPerSecond: (seen.frames / elapsedMs) * 1000, tilesMs: seen.tilesMs };
}

/** Cells done since the run began, and when, ms. */
const progress = (app: AppPage) =>
  app.page.evaluate(() => ({
    done: (globalThis as typeof globalThis & { run: { progress: { done: number } } }).run.progress.done,
    atMs: performance.now(),
  }));

async function startRun(app: AppPage): Promise<void> {
  await app.page.evaluate(async () => {
    const run = window.concentric.analyse();
    (globalThis as typeof globalThis & { run: typeof run }).run = run;
    await new Promise<void>((resolve) => {
      const stop = run.onProgress(() => {
        stop();
        resolve();
      });
    });
  });
}

const endRun = (app: AppPage) =>
  app.page.evaluate(async () => {
    const { run } = globalThis as typeof globalThis & { run: { cancel(): void; done: Promise<unknown> } };
    const start = performance.now();
    run.cancel();
    await run.done;
    return performance.now() - start;
  });

async function onePair(bench: Bench, browser: Browser) {
  // A page of its own for each, so that both meet tiles that nobody has decoded yet.
  const resting = await bench.breastApp(browser);
  const atRest = await pan(resting, 0);
  await resting.page.close();

  const app = await bench.breastApp(browser);
  await browser.startTracing(app.page, { categories: ['toplevel'] });
  await startRun(app);
  const began = await progress(app);
  const running = await pan(app, 0);
  const panned = await progress(app);
  // The run takes every core again once nobody has touched the view for 2 s.
  await app.page.waitForTimeout(2000);
  const rested = await progress(app);
  await app.page.waitForTimeout(panMs);
  const after = await progress(app);
  const cancelMs = await endRun(app);
  const tasks = mainThreadTasksMs(await browser.stopTracing());
  await app.page.close();
  const rate = (a: typeof began, b: typeof began) => (b.done - a.done) / (b.atMs - a.atMs);
  return {
    frames: running.framesPerSecond / atRest.framesPerSecond,
    tiles: percentile95(running.tilesMs) / percentile95(atRest.tilesMs),
    kept: rate(began, panned) / rate(rested, after),
    longTasks: tasks.filter((ms) => ms > longTaskMs).length,
    cancelMs,
  };
}

export const smooth: Group = {
  metrics: ['fps_ratio_running', 'tile_p95_ratio', 'throughput_kept_panning', 'long_tasks_running', 'cancel_ms'],
  obstacle: wantsData,
  async measure(bench: Bench) {
    const browser = await bench.browser();
    const measured = [];
    for (let pair = 0; pair < pairs; pair++) measured.push(await onePair(bench, browser));
    return {
      fps_ratio_running: measured.map(({ frames }) => frames),
      tile_p95_ratio: measured.map(({ tiles }) => tiles),
      throughput_kept_panning: measured.map(({ kept }) => kept),
      long_tasks_running: measured.map(({ longTasks }) => longTasks),
      cancel_ms: measured.map(({ cancelMs }) => cancelMs),
    };
  },
};
