// What size costs: runs over more and more of a slide of 100,000 px, its tiles drawn when asked for, by a model so small
// that everything but the model shows; memory and the page's calm with sixty thousand cells on screen.

import type { Rect } from '../../../src/pyramid/geometry.ts';
import type { AppPage } from '../../app-page.ts';
import { drawnFiles, drawnSlide, islands, regionOfIslands } from '../../fixtures/drawn-slide.ts';
import { mainThreadTasksMs } from '../../fixtures/main-thread.ts';
import { residentMiB } from '../../fixtures/resident-memory.ts';
import { startTestServer } from '../../fixtures/servers.ts';
import type { Bench } from '../bench.ts';
import type { Group } from './group.ts';

/** Islands that a run covers; the last is the whole slide. */
const sizes = [1, 2, 3, 6] as const;
const repeats = 3;
const longTaskMs = 50;
const panMs = 3000;
const pannedIsland = 4;

interface Sample {
  readonly cells: number;
  readonly ms: number;
}

function run(app: AppPage, region: Rect | null): Promise<Sample> {
  return app.page.evaluate(async (wanted) => {
    const start = performance.now();
    const result = await window.concentric.analyse(wanted === null ? {} : { region: wanted }).done;
    const ms = performance.now() - start;
    let cells = 0;
    for (const status of result.status) if (status === 1) cells++;
    if (result.state !== 'complete' || result.provenance.unread > 0) throw new Error('The run left cells out.');
    return { cells, ms };
  }, region);
}

/** Frames a second while the slide is dragged to and fro. */
async function framesPanning(app: AppPage): Promise<number> {
  const { x, y, width, height } = islands[pannedIsland] ?? { x: 0, y: 0, width: 0, height: 0 };
  await app.setView({ x: x + width / 2, y: y + height / 2, magnification: 1 });
  await app.settle();
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('There is no slide on screen.');
  await app.page.evaluate(() => {
    const seen = { frames: 0, going: true };
    (globalThis as typeof globalThis & { seen: typeof seen }).seen = seen;
    const counter = {
      frame() {
        seen.frames++;
        if (seen.going) requestAnimationFrame(counter.frame);
      },
    };
    requestAnimationFrame(counter.frame);
  });
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  const start = Date.now();
  for (let stroke = 0; Date.now() - start < panMs; stroke++) {
    await app.page.mouse.move(middleX, middleY);
    await app.page.mouse.down();
    await app.page.mouse.move(middleX + (stroke % 2 === 0 ? 150 : -150), middleY, { steps: 15 });
    await app.page.mouse.up();
  }
  const elapsedMs = Date.now() - start;
  return app.page.evaluate((elapsed) => {
    const { seen } = globalThis as typeof globalThis & { seen: { frames: number; going: boolean } };
    seen.going = false;
    return (1000 * seen.frames) / elapsed;
  }, elapsedMs);
}

/** Share of the variance of time that a line over the cells explains. */
function linearR2(samples: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [cells, ms] = [mean((one) => one.cells), mean((one) => one.ms)];
  const sum = (of: (one: Sample) => number) => samples.reduce((total, one) => total + of(one), 0);
  const covariance = sum((one) => (one.cells - cells) * (one.ms - ms));
  return covariance ** 2 / (sum((one) => (one.cells - cells) ** 2) * sum((one) => (one.ms - ms) ** 2));
}

export const scale: Group = {
  metrics: ['scale_bytes_per_cell', 'scale_linear_r2', 'scale_peak_mib', 'scale_fps_ratio', 'scale_long_tasks'],
  obstacle: () => (process.platform === 'linux' ? null : 'The memory of a process is read from /proc.'),
  async measure(bench: Bench) {
    const server = await startTestServer({ files: drawnFiles() });
    try {
      const browser = await bench.browser();
      const app = await bench.app(browser);
      await app.openSlide(`${server.url}/drawn.json`);
      await app.loadModel(`${server.url}/tiny/`, 'wasm');
      // The first run compiles, and has tiles drawn. Its island is what is on screen later as well.
      await run(app, islands[pannedIsland] ?? null);
      const framesWithout = await framesPanning(app);
      const before = await residentMiB(browser);
      const samples: Sample[] = [];
      const peaks: number[] = [];
      const timer = setInterval(() => void residentMiB(browser).then((mib) => peaks.push(mib)), 500);
      const longTasks: number[] = [];
      for (let repeat = 0; repeat < repeats; repeat++) {
        for (const size of sizes) {
          await browser.startTracing(app.page, { categories: ['toplevel'] });
          const sample = await run(app, size === islands.length ? null : regionOfIslands(size));
          const tasks = mainThreadTasksMs(await browser.stopTracing());
          if (sample.cells < 0.98 * size * drawnSlide.islandCells ** 2) {
            throw new Error(`Only ${sample.cells} cells were found on ${size} islands.`);
          }
          samples.push(sample);
          longTasks.push(tasks.filter((ms) => ms > longTaskMs).length);
        }
      }
      clearInterval(timer);
      const framesWith = await framesPanning(app);
      // What else the machine does only ever adds time: of each size the fastest says what it costs.
      const fastest = sizes.map((_, n) =>
        samples.filter((_, at) => at % sizes.length === n).reduce((a, b) => (a.ms < b.ms ? a : b)),
      );
      const peak = Math.max(...peaks);
      console.log(samples.map(({ cells, ms }) => `${cells} cells in ${(ms / 1000).toFixed(1)} s`).join(', '));
      return {
        scale_bytes_per_cell: [((peak - before) * 2 ** 20) / Math.max(...samples.map(({ cells }) => cells))],
        scale_linear_r2: [linearR2(fastest)],
        scale_peak_mib: [peak],
        scale_fps_ratio: [framesWith / framesWithout],
        scale_long_tasks: longTasks,
      };
    } finally {
      await server.close();
    }
  },
};
