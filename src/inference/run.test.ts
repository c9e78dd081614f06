import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../lib/failure.ts';
import { runtimeMemory } from '../model/backends/backend.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { ModelRuntime } from '../model/model-runtime.ts';
import { cellAt, cellCentre } from '../pyramid/cell-grid.ts';
import { classifyPoint } from './classify.ts';
import { FieldReader } from './field-reader.ts';
import { madeSlide } from './made-slide.fixture.ts';
import {
  cells,
  centreOf,
  exact,
  expectNear,
  grid,
  lattice,
  makeRun,
  rowsOf,
  sorted,
  tinyModel,
} from './run.fixture.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await tinyModel();
});
afterAll(() => model.dispose());

/** All but the last rows: what a run had done when it broke off, with one cell missing in between. */
const keptCells = Uint8Array.from({ length: grid.columns * grid.rows }, (_, cell) =>
  Number(cell < 9 * grid.columns && cell !== 40),
);

describe.each([
  ['by regions', () => lattice()],
  ['by regions of one patch', () => lattice(8)],
  ['by large regions', () => lattice(40)],
  ['by regions of one size', () => lattice(16, true)],
  ['by large regions of one size', () => lattice(40, true)],
  ['exact', exact],
])('%s', (_, work) => {
  test('gives every cell once, with the numbers of a click on its centre, and no tensor stays', async () => {
    const before = runtimeMemory().tensors;
    const { run, pixels, told, ends, released } = makeRun(model, work());
    await run.start();
    expect(ends).toEqual([{ runId: 7, state: 'complete' }]);
    expect(released()).toBe(1);
    const rows = rowsOf(told);
    expect(sorted(rows.keys())).toEqual(cells);
    expect(runtimeMemory().tensors).toBe(before);
    for (const cell of cells.filter((one) => one % 13 === 0 || one < 3)) {
      const { column, row } = cellAt(grid, cell);
      const at = cellCentre(grid, column, row);
      const slide = { handle: 1, description: madeSlide };
      const clicked = await classifyPoint({
        model,
        reader: new FieldReader(pixels.client),
        slide,
        at,
        signal: new AbortController().signal,
      });
      const told = rows.get(cell);
      expectNear(told?.probabilities, clicked.probabilities);
      expectNear(
        told?.aligned,
        clicked.similarity.map(({ aligned }) => aligned),
      );
      expectNear(
        told?.contrast,
        clicked.similarity.map(({ contrast }) => contrast),
      );
    }
    expect(new Set([...rows.values()].map(({ probabilities }) => probabilities[0]?.toFixed(4))).size).toBeGreaterThan(
      10,
    );
  });

  test('what a network in trouble did not give is read later, and no cell is lost or doubled', async () => {
    const trouble = new Failure('tile-unavailable', 'The server failed.', { mayPass: true });
    const { run, told, ends } = makeRun(model, work(), {
      readFails: (nth) => (nth % 3 === 1 || nth < 2 ? trouble : null),
    });
    await run.start();
    expect(ends).toEqual([{ runId: 7, state: 'complete' }]);
    const rows = rowsOf(told);
    expect(sorted(rows.keys())).toEqual(cells);
    expect([...rows.values()].filter(({ status }) => status !== 1)).toHaveLength(0);
  });

  test('a network that stays in trouble makes cells unread, and the run ends', async () => {
    const trouble = new Failure('tile-unavailable', 'The server failed.', { mayPass: true });
    const { run, told, ends } = makeRun(model, work(), { readFails: () => trouble });
    await run.start();
    expect(ends).toEqual([{ runId: 7, state: 'complete' }]);
    const rows = rowsOf(told);
    expect(sorted(rows.keys())).toEqual(cells);
    expect([...rows.values()].every(({ status }) => status === 2)).toBe(true);
  });

  test('cells that are kept are not computed again, and the others get the numbers of a run without them', async () => {
    const [whole, rest] = [makeRun(model, work()), makeRun(model, work(), { kept: keptCells })];
    await whole.run.start();
    await rest.run.start();
    expect(rest.ends).toEqual([{ runId: 7, state: 'complete' }]);
    const [expected, rows] = [rowsOf(whole.told), rowsOf(rest.told)];
    expect(sorted(rows.keys())).toEqual(cells.filter((cell) => keptCells[cell] === 0));
    for (const [cell, { status, probabilities, aligned }] of rows) {
      expect(status).toBe(1);
      expectNear(probabilities, expected.get(cell)?.probabilities ?? []);
      expectNear(aligned, expected.get(cell)?.aligned ?? []);
    }
    expect(rest.pixels.asked.length).toBeLessThan(whole.pixels.asked.length);
    const all = makeRun(model, work(), { kept: new Uint8Array(keptCells.length).fill(1) });
    await all.run.start();
    expect([all.told.length, all.pixels.asked.length, all.ends[0]?.state]).toEqual([0, 0, 'complete']);
  });

  test('a tile that can’t be had makes the cells unread whose own fields need it, and no others', async () => {
    const { run, pixels, told } = makeRun(model, work());
    pixels.broken.add('0/1_1');
    await run.start();
    const rows = rowsOf(told);
    expect(sorted(rows.keys())).toEqual(cells);
    const unread = sorted([...rows].filter(([, { status }]) => status === 2).map(([cell]) => cell));
    // The tile holds [64, 128) each way; the finest field is 48 px wide around the cell's centre.
    const concerned = cells.filter((cell) => {
      const { x, y } = centreOf(cell);
      return x > 64 - 24 && x < 128 + 24 && y > 64 - 24 && y < 128 + 24;
    });
    expect(unread).toEqual(concerned);
    expect(unread.length).toBeGreaterThan(10);
    expect(rows.get(unread[0] ?? -1)?.probabilities).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

test('cancel takes effect within the batch: what came holds, nothing follows, all is given back', async () => {
  const before = runtimeMemory().tensors;
  const made = makeRun(model, exact(), { onCells: () => made.run.cancel() });
  await made.run.start();
  expect(made.told).toHaveLength(1);
  expect(made.ends).toEqual([{ runId: 7, state: 'cancelled' }]);
  expect(made.run.state).toBe('cancelled');
  expect(made.released()).toBe(1);
  expect(runtimeMemory().tensors).toBe(before);
});

test('a run cancelled before it starts, or while it is paused, ends as cancelled', async () => {
  const early = makeRun(model, exact());
  early.run.cancel();
  await early.run.start();
  expect([early.told.length, early.ends[0]?.state]).toEqual([0, 'cancelled']);
  const paused = makeRun(model, exact());
  paused.run.pause();
  const done = paused.run.start();
  paused.run.cancel();
  await done;
  expect([paused.told.length, paused.ends[0]?.state]).toEqual([0, 'cancelled']);
});

test('nothing comes while paused, all comes after resume', async () => {
  const made = makeRun(model, exact(), {
    onCells() {
      if (made.told.length === 2) made.run.pause();
    },
  });
  const done = made.run.start();
  await expect.poll(() => made.run.state).toBe('paused');
  // The run has had its turn many times over when these messages have come through.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(made.told).toHaveLength(2);
  made.run.resume();
  await done;
  expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
  expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
});

test('what is on screen is done next', async () => {
  const made = makeRun(model, exact(), {
    onCells() {
      if (made.told.length === 3) made.run.lookAt({ x: 225, y: 195, width: 10, height: 10 });
    },
  });
  await made.run.start();
  const first = (n: number) => centreOf(made.told[n]?.index[0] ?? -1);
  expect(Math.hypot(first(0).x, first(0).y)).toBeLessThan(40);
  // What was read ahead comes first; then the corner that was asked for.
  expect(Math.hypot(first(5).x - 230, first(5).y - 200)).toBeLessThan(40);
});

test('a lost device costs no cell and doubles none', async () => {
  const flaky = flakyRuntime(model.runtime, [2, 3, 4], () => new Failure('device-lost', 'Gone.'));
  let recovered = 0;
  const made = makeRun(model, exact(), {
    lease: {
      model: { manifest: model.manifest, runtime: flaky },
      recover: async (lost) => {
        expect(lost).toBe(flaky);
        recovered++;
      },
    },
  });
  await made.run.start();
  expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
  expect(recovered).toBe(3);
  expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
});

test('a unit too large for the memory is cut down', async () => {
  const flaky = flakyRuntime(model.runtime, [1, 2], () => new Failure('out-of-memory', 'Full.'));
  const made = makeRun(model, exact(), { lease: { model: { manifest: model.manifest, runtime: flaky } } });
  await made.run.start();
  expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
  expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
});

test('a failure that no smaller unit helps ends the run with its code', async () => {
  const flaky = flakyRuntime(model.runtime, [3], () => new Failure('model-invalid', 'Broken.'));
  const made = makeRun(model, exact(), { lease: { model: { manifest: model.manifest, runtime: flaky } } });
  await made.run.start();
  expect(made.ends).toEqual([{ runId: 7, state: 'failed', failure: { code: 'model-invalid', message: 'Broken.' } }]);
  expect(made.released()).toBe(1);
});

test('a graphics device has a second unit to work on while the first is read back; a loss of both costs no cell', async () => {
  let atOnce = 0;
  let most = 0;
  const flaky = flakyRuntime(model.runtime, [2, 3], () => new Failure('device-lost', 'Gone.'));
  const device: ModelRuntime = replaced(flaky, {
    prefersFixedSizes: true,
    async classify(...argument: Parameters<ModelRuntime['classify']>) {
      most = Math.max(most, ++atOnce);
      // As reading back does, it lets others in.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      return flaky.classify(...argument).finally(() => atOnce--);
    },
  });
  const lease = { model: { manifest: model.manifest, runtime: device }, recover: () => Promise.resolve() };
  const before = runtimeMemory().tensors;
  const made = makeRun(model, exact(), { lease });
  await made.run.start();
  expect(most).toBe(2);
  expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
  expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
  const cancelled = makeRun(model, exact(), { lease, onCells: () => cancelled.run.cancel() });
  await cancelled.run.start();
  expect([cancelled.ends.length, cancelled.ends[0]?.state]).toEqual([1, 'cancelled']);
  expect(runtimeMemory().tensors).toBe(before);
});

/** The real runtime, but for the calls of `classify` (counted from 1) that are told to fail. */
function flakyRuntime(runtime: ModelRuntime, failing: readonly number[], failure: () => Failure): ModelRuntime {
  let calls = 0;
  const classify: ModelRuntime['classify'] = (...argument) =>
    failing.includes(++calls) ? Promise.reject(failure()) : runtime.classify(...argument);
  return replaced(runtime, { classify });
}

function replaced(runtime: ModelRuntime, others: Partial<ModelRuntime>): ModelRuntime {
  return new Proxy(runtime, {
    get(target, name) {
      if (name in others) return Reflect.get(others, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
