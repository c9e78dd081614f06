// Uses the app as somebody restless would, by seeded choices, while the slide's server fails now and then: opens, pans,
// zooms, clicks, runs, pauses, cancels, switches slide and model. Every run that ends must have the numbers of a quiet one,
// and whenever all is closed nothing may be left.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rect } from '../../src/pyramid/geometry.ts';
import type { AppPage, PlainResult } from '../app-page.ts';
import { drawnFiles } from '../fixtures/drawn-slide.ts';
import { seeded } from '../fixtures/seeded.ts';
import { type Asked, type Fault, startTestServer, type TestServer } from '../fixtures/servers.ts';

const regions: readonly Rect[] = [
  { x: 2048, y: 2048, width: 640, height: 512 },
  { x: 3072, y: 2560, width: 512, height: 768 },
  { x: 2304, y: 3200, width: 900, height: 400 },
];
/** Another order of adding up moves a probability by less. */
const rounding = 2e-5;
/** Steps between two looks at what is left. */
const stepsPerCheck = 12;

export interface SoakReport {
  readonly steps: Readonly<Record<string, number>>;
  readonly faults: number;
  /** Runs whose numbers were held against a quiet one's. */
  readonly runsCompared: number;
  readonly checks: number;
}

interface Left {
  readonly tensors: number;
  readonly openBitmaps: number;
  readonly blobUrls: number;
}

/** As many times in a row may a tile fail: a read is tried more often. */
const failuresInRow = 2;

/** Serves the phantom and the tiny model; while `isFaulty` says so, tiles fail by chance, whenever they are asked for. */
export async function startSoakServer(phantomDir: string, seed: number, isFaulty: () => boolean) {
  const random = seeded(seed ^ 0x5eed);
  const made = drawnFiles();
  /** When each fault was made, Unix ms. */
  const state = { faults: [] as number[] };
  const inRow = new Map<string, number>();
  const fault = ({ path }: Asked): Fault | null => {
    if (!isFaulty() || !/\d+_\d+\.\w+$/.test(path)) return null;
    const before = inRow.get(path) ?? 0;
    if (before >= failuresInRow || random() > 0.15) {
      inRow.delete(path);
      return null;
    }
    inRow.set(path, before + 1);
    state.faults.push(Date.now());
    return random() < 0.5 ? { kind: 'status', status: 503 } : { kind: 'truncated', bytes: 500 };
  };
  const files = (path: string) => made(path) ?? readOr(join(phantomDir, path));
  const server = await startTestServer({ files, fault });
  return { server, state };
}

function readOr(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

/** Soaks until `isOver`. @throws Error that names the seed's step and what was broken. */
export async function soak(
  app: AppPage,
  server: TestServer,
  seed: number,
  isOver: (steps: number) => boolean,
  setFaulty: (faulty: boolean) => void,
): Promise<Omit<SoakReport, 'faults'>> {
  const random = seeded(seed);
  const choose = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const slides = ['phantom', `${server.url}/phantom.dzi`];
  const models = ['phantom', `${server.url}/tiny/`];
  const steps: Record<string, number> = {};
  let runsCompared = 0;
  let checks = 0;
  let model = models[0] as string;

  setFaulty(false);
  const quiet = new Map<string, PlainResult>();
  for (const one of models) {
    await app.loadModel(one, 'wasm');
    for (const [n, region] of regions.entries()) quiet.set(`${one} ${n}`, await app.analyse({ region }));
  }
  const baseline = await left(app);
  setFaulty(true);
  model = 'phantom';
  await app.loadModel(model, 'wasm');
  await app.openSlide(choose(slides));

  const compare = (result: PlainResult, n: number) => {
    const expected = quiet.get(`${model} ${n}`);
    if (expected === undefined) throw new Error(`No quiet run of region ${n} by ${model}.`);
    result.status.forEach((status, cell) => {
      if (status === 3 && result.state === 'cancelled') return;
      if (status !== expected.status[cell])
        throw new Error(`Cell ${cell}: status ${status}, ${expected.status[cell]}.`);
      if (status !== 1) return;
      for (let c = cell * result.classNames.length; c < (cell + 1) * result.classNames.length; c++) {
        const off = Math.abs((result.probabilities[c] ?? Number.NaN) - (expected.probabilities[c] ?? Number.NaN));
        if (!(off < rounding)) throw new Error(`Cell ${cell} differs by ${off} from a quiet run.`);
      }
    });
    runsCompared++;
  };

  const actions: Readonly<Record<string, () => Promise<void>>> = {
    async pan() {
      const box = await app.slide.boundingBox();
      if (box === null) throw new Error('There is no slide on screen.');
      await app.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await app.page.mouse.down();
      const to = { x: box.x + box.width * (0.3 + 0.4 * random()), y: box.y + box.height * (0.3 + 0.4 * random()) };
      await app.page.mouse.move(to.x, to.y, { steps: 5 });
      await app.page.mouse.up();
    },
    async zoom() {
      const at = { x: 1500 + 4000 * random(), y: 1500 + 4000 * random() };
      await app.setView({ ...at, magnification: choose([2, 5, 10, 20]) });
    },
    async ask() {
      const answer = await app.classify({ x: 2100 + 1800 * random(), y: 2100 + 1800 * random() });
      const sum = answer.probabilities.reduce((a, b) => a + b, 0);
      if (!(Math.abs(sum - 1) < 1e-4)) throw new Error(`Probabilities add up to ${sum}.`);
    },
    async run() {
      const n = Math.floor(random() * regions.length);
      compare(await app.analyse({ region: regions[n] as Rect }), n);
    },
    async cancel() {
      const n = Math.floor(random() * regions.length);
      const share = random();
      compare(await interrupted(app, regions[n] as Rect, share, 'cancel'), n);
    },
    async pause() {
      const n = Math.floor(random() * regions.length);
      const share = random();
      compare(await interrupted(app, regions[n] as Rect, share, 'pause'), n);
    },
    async supersede() {
      const n = Math.floor(random() * regions.length);
      await app.page.evaluate(() => void window.concentric.analyse());
      compare(await app.analyse({ region: regions[n] as Rect }), n);
    },
    async slide() {
      await app.openSlide(choose(slides));
    },
    async slideWhileRunning() {
      await app.page.evaluate(() => void window.concentric.analyse());
      await app.openSlide(choose(slides));
    },
    async model() {
      model = choose(models);
      await app.loadModel(model, 'wasm');
    },
    async layer() {
      await app.setLayer(choose(['classes', 'entropy', 'none']));
    },
    async file() {
      if (await app.page.evaluate(() => window.concentric.results() !== null)) await app.exportText('geojson');
    },
  };
  const names = Object.keys(actions);

  for (let step = 0; !isOver(step); step++) {
    // The first steps do everything once.
    const name = names[step] ?? choose(names);
    try {
      await actions[name]?.();
      steps[name] = (steps[name] ?? 0) + 1;
      if (step % stepsPerCheck === stepsPerCheck - 1) await check();
      const wrong = app.consoleErrors.filter((text) => !isRefusedTile(text));
      if (wrong.length > 0) throw new Error(`The console says: ${wrong.join('; ')}`);
    } catch (cause) {
      throw new Error(`Seed ${seed}, step ${step} (${name}): ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  }
  await check();
  return { steps, runsCompared, checks };

  async function check() {
    model = 'phantom';
    // The model that was there when the baseline was taken, last and again.
    await app.loadModel(models[1] as string, 'wasm');
    const now = await left(app);
    const more = Object.entries(now).filter(([key, count]) => count > baseline[key as keyof Left]);
    if (more.length > 0) throw new Error(`Left behind: ${JSON.stringify(now)}, at first ${JSON.stringify(baseline)}`);
    await app.loadModel('phantom', 'wasm');
    await app.openSlide(choose(slides));
    checks++;
  }
}

/** The browser itself says of every failed request that it failed; the server was told to. */
function isRefusedTile(text: string): boolean {
  return text.startsWith('Failed to load resource');
}

/** What is there when no slide is open. */
async function left(app: AppPage): Promise<Left> {
  await app.page.evaluate(() => window.concentric.closeSlide());
  // Bitmaps on their way to the screen are closed when they arrive.
  await app.page.waitForFunction(() => window.concentric.stats().openBitmaps === 0, undefined, { timeout: 120_000 });
  return app.page.evaluate(() => {
    const { tensors, openBitmaps } = window.concentric.stats();
    const { liveBlobUrls } = globalThis as typeof globalThis & { liveBlobUrls: Set<string> };
    return { tensors, openBitmaps, blobUrls: liveBlobUrls.size };
  });
}

/** A run that is cancelled, or paused for a moment, once a share of it is done. */
function interrupted(app: AppPage, region: Rect, share: number, how: 'cancel' | 'pause'): Promise<PlainResult> {
  return app.page.evaluate(
    async ({ region, share, how }) => {
      const run = window.concentric.analyse({ region });
      let isOnce = true;
      run.onProgress(({ done, total }) => {
        if (!isOnce || done < share * total) return;
        isOnce = false;
        if (how === 'cancel') run.cancel();
        else {
          run.pause();
          requestAnimationFrame(() => run.resume());
        }
      });
      const result = await run.done;
      const { region: covered, cellSize, columns, rows, classNames, state } = result;
      const [status, probabilities, entropy] = [[...result.status], [...result.probabilities], [...result.entropy]];
      return { region: covered, cellSize, columns, rows, classNames, state, status, probabilities, entropy };
    },
    { region, share, how },
  );
}
