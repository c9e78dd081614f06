import { beforeAll, describe, expect, test } from 'vitest';
import { runtimeMemory } from '../model/backends/backend.ts';
import { pickedFiles, tinyFolder, wholePatchFolder } from '../model/tiny-model.fixture.ts';
import type { InferenceCalls, InferenceEvents, RunCells, RunRequest } from './inference.contract.ts';
import { inferenceHandlers } from './inference-handlers.ts';
import { madePixels, madeSlide, tissueRightPx } from './made-slide.fixture.ts';

type Events = { [K in keyof InferenceEvents]: InferenceEvents[K][] };

/** The worker without its thread. */
function makeWorker() {
  const events: Events = { cells: [], preliminary: [], finished: [], threads: [], notice: [] };
  const pixels = madePixels();
  const emit = (name: keyof InferenceEvents, value: InferenceEvents[keyof InferenceEvents]) => {
    (events[name] as unknown[]).push(value);
  };
  const handlers = inferenceHandlers(emit as Parameters<typeof inferenceHandlers>[0], pixels.client);
  const call = async <K extends keyof InferenceCalls>(
    name: K,
    argument: Parameters<InferenceCalls[K]>[0],
    signal = new AbortController().signal,
  ): Promise<ReturnType<InferenceCalls[K]>> => {
    const handler = handlers[name] as (argument: unknown, context: unknown) => unknown;
    const answer = await handler(argument, { signal, emit });
    const isMoved = typeof answer === 'object' && answer !== null && 'transfer' in answer && 'value' in answer;
    return (isMoved ? answer.value : answer) as ReturnType<InferenceCalls[K]>;
  };
  return { call, events, pixels };
}

type Worker = ReturnType<typeof makeWorker>;
const load = (worker: Worker, folder = tinyFolder(), signal?: AbortSignal) =>
  worker.call(
    'loadModel',
    { origin: { kind: 'files', files: pickedFiles(folder) }, id: 'picked', backend: 'wasm' },
    signal,
  );

const slide = { handle: 1, description: madeSlide };
const request = (changes: Partial<RunRequest> = {}): RunRequest => ({
  slide,
  mode: 'shared',
  step: 'half',
  region: { x: 300, y: 90, width: 290, height: 100 },
  ...changes,
});
const finished = (worker: Worker, runId: number) =>
  expect.poll(() => worker.events.finished.find((event) => event.runId === runId), { timeout: 20_000, interval: 5 });
const cellsOf = (worker: Worker, runId: number) => worker.events.cells.filter((message) => message.runId === runId);
const indices = (messages: readonly RunCells[]) => messages.flatMap(({ index }) => [...index]).sort((a, b) => a - b);

describe('points', () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = makeWorker();
    await load(worker);
  });
  const at = { x: 200, y: 200 };

  test('a click answers with calibrated numbers that belong together', async () => {
    const answer = await worker.call('classify', { slide, at });
    expect(answer.classNames).toEqual(['stroma', 'gland', 'fat']);
    expect(answer.probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    const entropy = -answer.probabilities.reduce((sum, p) => sum + p * Math.log(p), 0) / Math.log(3);
    expect(answer.entropy).toBeCloseTo(entropy, 5);
    expect(answer.uncertain).toBe(Math.max(...answer.probabilities) < 0.6);
    expect(answer.perMagnification.map(({ spacing }) => spacing)).toEqual([0.5, 1, 2]);
    expect(answer.similarity.map(({ fine, coarse }) => [fine, coarse])).toEqual([
      [0.5, 1],
      [0.5, 2],
      [1, 2],
    ]);
    expect(answer).toMatchObject({ at, backend: 'wasm', familiarity: null });
    const { tilesMs, cropsMs, modelMs, totalMs } = answer.timings;
    expect(Math.min(tilesMs, cropsMs, modelMs)).toBeGreaterThan(0);
    expect(tilesMs + cropsMs + modelMs).toBeLessThanOrEqual(totalMs + 1e-6);
  });

  test('a similarity map belongs to the scores of the click', async () => {
    const pair = { fine: 0.5004, coarse: 2 };
    const map = await worker.call('similarity', { slide, at, pair });
    expect([map.fine, map.coarse, map.width, map.height]).toEqual([0.5, 2, 8, 8]);
    expect([map.query.length, map.matrix.length]).toEqual([64, 64 * 64]);
    // At ratio 4 the fine field lies in the coarse cells 3 and 4 each way, a quarter of it in each.
    let sum = 0;
    for (let j = 0; j < 64; j++) {
      const i = (3 + Math.floor(j / 32)) * 8 + 3 + Math.floor((j % 8) / 4);
      sum += map.matrix[i * 64 + j] ?? Number.NaN;
    }
    const clicked = await worker.call('classify', { slide, at });
    expect(clicked.similarity[1]?.aligned).toBeCloseTo(sum / 64, 5);
  });

  test.each([
    ['no number', { at: { x: Number.NaN, y: 1 } }, 'bad-argument'],
    ['beyond the slide', { at: { x: 600, y: 1 } }, 'outside-slide'],
    ['before the slide', { at: { x: 1, y: -1 } }, 'outside-slide'],
    [
      'a slide of unknown scale',
      { slide: { handle: 1, description: { ...madeSlide, mppX: null, mppY: null } } },
      'mpp-unknown',
    ],
    [
      'a slide too coarse',
      { slide: { handle: 1, description: { ...madeSlide, mppX: 0.6, mppY: 0.6 } } },
      'spacing-too-fine',
    ],
  ])('%s is a failure with its code', async (_, changes, code) => {
    await expect(worker.call('classify', { slide, at, ...changes })).rejects.toMatchObject({ code });
  });

  test('a pair that the model has not, and one the wrong way round', async () => {
    for (const pair of [
      { fine: 0.5, coarse: 4 },
      { fine: 2, coarse: 0.5 },
      { fine: Number.NaN, coarse: 1 },
    ]) {
      await expect(worker.call('similarity', { slide, at, pair })).rejects.toMatchObject({ code: 'bad-argument' });
    }
  });

  test('a tile that can’t be had', async () => {
    worker.pixels.broken.add('1/4_3');
    const there = { x: 550, y: 440 };
    await expect(worker.call('classify', { slide, at: there })).rejects.toMatchObject({ code: 'tile-unavailable' });
  });

  test('an aborted click is silent', async () => {
    const controller = new AbortController();
    const asked = worker.call('classify', { slide, at }, controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('without a model there is nothing to ask', async () => {
  const worker = makeWorker();
  const asked = worker.call('classify', { slide, at: { x: 1, y: 1 } });
  await expect(asked).rejects.toMatchObject({ code: 'model-not-found' });
  expect(await worker.call('stats', undefined)).toMatchObject({ backend: null, devicesLost: 0 });
});

test('a run plans the tissue of its region and fills every cell of it', async () => {
  const worker = makeWorker();
  await load(worker);
  const plan = await worker.call('startRun', {
    runId: 3,
    request: request({ visible: { x: 380, y: 100, width: 60, height: 60 } }),
  });
  expect(worker.events.cells).toHaveLength(0);
  expect(plan).toMatchObject({
    cellSize: 16,
    columns: 19,
    rows: 7,
    region: { x: 288, y: 80, width: 304, height: 112 },
    mode: 'shared',
  });
  expect(plan.model).toMatchObject({ id: 'tiny', version: '0.1.0', temperature: 1.5, backend: 'wasm' });
  expect(plan.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  const tissue = [...plan.tissue.keys()].filter((cell) => plan.tissue[cell] === 1);
  expect(plan.total).toBe(tissue.length);
  // The slide is small enough to be seen whole at full size, so that all of it is tissue.
  expect(tissue.length).toBe(19 * 7);
  expect(tissueRightPx).toBeGreaterThan(288);
  await finished(worker, 3).toEqual({ runId: 3, state: 'complete' });
  expect(indices(cellsOf(worker, 3))).toEqual(tissue);
});

test('a model of whole patches has nothing to share: whatever is asked for, it looks at each cell alone', async () => {
  const worker = makeWorker();
  await load(worker, wholePatchFolder({ softmax: true }));
  const plan = await worker.call('startRun', { runId: 1, request: request({ step: 'full' }) });
  expect(plan).toMatchObject({ cellSize: 32, mode: 'exact', model: { id: 'picked' } });
  await finished(worker, 1).toMatchObject({ state: 'complete' });
  const index = indices(cellsOf(worker, 1));
  expect(index).toHaveLength(plan.total);
});

test('step full has cells twice as large, and shared features give what each cell alone gives', async () => {
  const worker = makeWorker();
  await load(worker);
  const shared = await worker.call('startRun', { runId: 1, request: request({ step: 'full' }) });
  expect(shared).toMatchObject({ cellSize: 32, mode: 'shared' });
  await finished(worker, 1).toMatchObject({ state: 'complete' });
  await worker.call('startRun', { runId: 2, request: request({ step: 'full', mode: 'exact' }) });
  await finished(worker, 2).toMatchObject({ state: 'complete' });
  const [a, b] = [1, 2].map((runId) => {
    const rows = new Map<number, number[]>();
    for (const { index, probabilities } of cellsOf(worker, runId)) {
      index.forEach((cell, n) => {
        rows.set(cell, [...probabilities.subarray(3 * n, 3 * n + 3)]);
      });
    }
    return rows;
  });
  expect(a?.size).toBe(shared.total);
  for (const [cell, row] of a ?? []) {
    row.forEach((value, n) => {
      expect(value).toBeCloseTo(b?.get(cell)?.[n] ?? Number.NaN, 5);
    });
  }
});

test('a newer run, and another model, end the run before', async () => {
  const worker = makeWorker();
  const before = runtimeMemory().tensors;
  await load(worker);
  const own = runtimeMemory().tensors - before;
  await worker.call('startRun', { runId: 1, request: request({ mode: 'exact' }) });
  await worker.call('startRun', { runId: 2, request: request({ mode: 'exact' }) });
  await finished(worker, 1).toEqual({ runId: 1, state: 'cancelled' });
  await load(worker);
  await finished(worker, 2).toEqual({ runId: 2, state: 'cancelled' });
  expect(cellsOf(worker, 2).length).toBeLessThan(35);
  // The model before was given back once its run had let go of it.
  await expect.poll(() => runtimeMemory().tensors - before).toBe(own);
});

test('pause, resume and cancel reach the run by its number, also while it is planned', async () => {
  const worker = makeWorker();
  await load(worker);
  const planned = worker.call('startRun', { runId: 5, request: request() });
  await worker.call('cancelRun', { runId: 5 });
  expect((await planned).total).toBeGreaterThan(0);
  await finished(worker, 5).toEqual({ runId: 5, state: 'cancelled' });
  expect(cellsOf(worker, 5)).toHaveLength(0);
  const paused = worker.call('startRun', { runId: 6, request: request() });
  await worker.call('pauseRun', { runId: 6 });
  await paused;
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(cellsOf(worker, 6)).toHaveLength(0);
  await worker.call('cancelRun', { runId: 99 });
  await worker.call('lookAt', { runId: 6, visible: { x: 500, y: 100, width: 10, height: 10 } });
  await worker.call('resumeRun', { runId: 6 });
  await finished(worker, 6).toEqual({ runId: 6, state: 'complete' });
});

test('the model loaded before stays when another fails to load, or its loading is given up', async () => {
  const worker = makeWorker();
  await load(worker);
  const tensors = runtimeMemory().tensors;
  await expect(load(worker, { 'manifest.json': new TextEncoder().encode('{}') })).rejects.toMatchObject({
    code: 'model-invalid',
  });
  const controller = new AbortController();
  const givenUp = load(worker, tinyFolder(), controller.signal);
  controller.abort();
  await expect(givenUp).rejects.toMatchObject({ name: 'AbortError' });
  expect(runtimeMemory().tensors).toBe(tensors);
  expect((await worker.call('classify', { slide, at: { x: 100, y: 100 } })).classNames).toHaveLength(3);
});

test('a region beyond the slide, and one that is none', async () => {
  const worker = makeWorker();
  await load(worker);
  const start = (region: RunRequest['region'] & object) =>
    worker.call('startRun', { runId: 1, request: request({ region }) });
  await expect(start({ x: 700, y: 0, width: 10, height: 10 })).rejects.toMatchObject({ code: 'outside-slide' });
  await expect(start({ x: 0, y: 0, width: Number.NaN, height: 10 })).rejects.toMatchObject({ code: 'bad-argument' });
});
