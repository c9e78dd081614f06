import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../lib/failure.ts';
import { serveCalls } from '../lib/worker-call.ts';
import { runtimeMemory } from '../model/backends/backend.ts';
import { DeviceLosses } from '../model/backends/device-losses.ts';
import { LoadedModel } from '../model/loaded-model.ts';
import type { ModelRuntime, PatchLattice } from '../model/model-runtime.ts';
import type { EncoderCalls, EncoderEvents } from '../model/regions/encoder.contract.ts';
import { connectEncoder } from '../model/regions/encoder-client.ts';
import { encoderHandlers } from '../model/regions/encoder-handlers.ts';
import type { StartEncoders } from '../model/tfjs-runtime.ts';
import { pickedFiles, tinyFolder } from '../model/tiny-model.fixture.ts';
import { cellAt, cellCentre, cellGrid, cellRect, cellSizeOf } from '../pyramid/cell-grid.ts';
import { classifyPoint } from './classify.ts';
import { FieldReader } from './field-reader.ts';
import type { InferenceEvents, RunCells } from './inference.contract.ts';
import { Lattice } from './lattice.ts';
import { madePixels, madeSlide } from './made-slide.fixture.ts';
import { makeRun as runFor } from './make-run.ts';
import type { RunWork } from './plan-run.ts';
import type { RunLease } from './run-control.ts';
import { exactUnits, type RunGeometry, sharedSteps, sharedUnits, type WorkUnit } from './work-unit.ts';

let model: LoadedModel;
beforeAll(async () => {
  const origin = { kind: 'files', files: pickedFiles(tinyFolder()) } as const;
  model = await LoadedModel.load(origin, { id: 'tiny', backend: 'wasm', losses: new DeviceLosses() });
});
afterAll(() => model.dispose());

const grid = cellGrid(madeSlide, cellSizeOf(32, 0.5, 0.5, 'half'), { x: 0, y: 0, width: 240, height: 208 });
const geometry: RunGeometry = {
  grid,
  mppX: 0.5,
  mppY: 0.5,
  spacings: [0.5, 1, 2],
  patchSizePx: 32,
  contextPx: 8,
  featureStridePx: 4,
  padding: 'reflect',
};
const steps = sharedSteps(geometry, 16) ?? [];
const cells = Array.from({ length: grid.columns * grid.rows }, (_, cell) => cell).filter((cell) => cell % 11 !== 3);
const inUnits = (units: readonly WorkUnit[]): RunWork => ({ kind: 'units', units });
const exact = () => inUnits(exactUnits(geometry, cells, 4));
const shared = () => inUnits(sharedUnits(geometry, cells, steps, { side: 6, fixedSize: false }));
const lattice = (mostCells = 16): RunWork => {
  return { kind: 'lattice', geometry, steps, lattice: new Lattice(geometry, cells, steps, mostCells) };
};

/** All but the last rows: what a run had done when it broke off, with one cell missing in between. */
const keptCells = Uint8Array.from({ length: grid.columns * grid.rows }, (_, cell) =>
  Number(cell < 9 * grid.columns && cell !== 40),
);

/** A run on the made slide, with everything it told. */
function makeRun(
  work: RunWork,
  options: {
    lease?: Partial<RunLease>;
    onCells?: (cells: RunCells) => void;
    onForetold?: () => void;
    readFails?: (nth: number) => Failure | null;
    kept?: Uint8Array;
  } = {},
) {
  const pixels = madePixels();
  const told: RunCells[] = [];
  const foretold: InferenceEvents['preliminary'][] = [];
  const ends: InferenceEvents['finished'][] = [];
  let released = 0;
  let reads = 0;
  const run = runFor(
    {
      runId: 7,
      lease: {
        model,
        recover: () => Promise.reject(new Error('Nothing was lost.')),
        release: () => void released++,
        ...options.lease,
      },
      read: async (fields, signal) => {
        const failure = options.readFails?.(reads++) ?? null;
        if (failure !== null) throw failure;
        return pixels.client.call('fields', { handle: 1, fields, priority: 'run' }, { signal });
      },
      preliminary(message) {
        foretold.push(message);
        options.onForetold?.();
      },
      cells(message) {
        expect(ends).toHaveLength(0);
        told.push(message);
        options.onCells?.(message);
      },
      finished: (event) => ends.push(event),
    },
    work,
    {
      visible: { x: -8, y: -8, width: 16, height: 16 },
      kept: options.kept ?? null,
      chances: { pause: () => Promise.resolve(), online: () => Promise.resolve(), random: () => 0 },
    },
  );
  return { run, pixels, told, foretold, ends, released: () => released };
}

/** Row by cell; @throws when a cell was told twice. */
function rowsOf(
  told: readonly RunCells[],
): Map<number, { status: number; probabilities: number[]; aligned: number[]; contrast: number[] }> {
  const rows = new Map();
  for (const { index, status, probabilities, similarity } of told) {
    index.forEach((cell, n) => {
      if (rows.has(cell)) throw new Error(`Cell ${cell} was told twice.`);
      rows.set(cell, {
        status: status[n],
        probabilities: [...probabilities.subarray(n * 3, n * 3 + 3)],
        aligned: similarity.map(({ aligned }) => aligned[n]),
        contrast: similarity.map(({ contrast }) => contrast[n]),
      });
    });
  }
  return rows;
}

const sorted = (keys: Iterable<number>) => [...keys].sort((a, b) => a - b);

describe.each([
  ['shared', shared],
  ['shared, one size', () => inUnits(sharedUnits(geometry, cells, steps, { side: 6, fixedSize: true }))],
  ['by regions', () => lattice()],
  ['by regions of one patch', () => lattice(8)],
  ['exact', exact],
])('%s', (_, work) => {
  test('gives every cell once, with the numbers of a click on its centre, and no tensor stays', async () => {
    const before = runtimeMemory().tensors;
    const { run, pixels, told, ends, released } = makeRun(work());
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
    const { run, told, ends } = makeRun(work(), { readFails: (nth) => (nth % 3 === 1 || nth < 2 ? trouble : null) });
    await run.start();
    expect(ends).toEqual([{ runId: 7, state: 'complete' }]);
    const rows = rowsOf(told);
    expect(sorted(rows.keys())).toEqual(cells);
    expect([...rows.values()].filter(({ status }) => status !== 1)).toHaveLength(0);
  });

  test('a network that stays in trouble makes cells unread, and the run ends', async () => {
    const trouble = new Failure('tile-unavailable', 'The server failed.', { mayPass: true });
    const { run, told, ends } = makeRun(work(), { readFails: () => trouble });
    await run.start();
    expect(ends).toEqual([{ runId: 7, state: 'complete' }]);
    const rows = rowsOf(told);
    expect(sorted(rows.keys())).toEqual(cells);
    expect([...rows.values()].every(({ status }) => status === 2)).toBe(true);
  });

  test('cells that are kept are not computed again, and the others get the numbers of a run without them', async () => {
    const [whole, rest] = [makeRun(work()), makeRun(work(), { kept: keptCells })];
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
    const all = makeRun(work(), { kept: new Uint8Array(keptCells.length).fill(1) });
    await all.run.start();
    expect([all.told.length, all.pixels.asked.length, all.ends[0]?.state]).toEqual([0, 0, 'complete']);
  });

  test('a tile that can’t be had makes the cells unread whose own fields need it, and no others', async () => {
    const { run, pixels, told } = makeRun(work());
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
  const made = makeRun(shared(), { onCells: () => made.run.cancel() });
  await made.run.start();
  expect(made.told).toHaveLength(1);
  expect(made.ends).toEqual([{ runId: 7, state: 'cancelled' }]);
  expect(made.run.state).toBe('cancelled');
  expect(made.released()).toBe(1);
  expect(runtimeMemory().tensors).toBe(before);
});

test('a run cancelled before it starts, or while it is paused, ends as cancelled', async () => {
  const early = makeRun(shared());
  early.run.cancel();
  await early.run.start();
  expect([early.told.length, early.ends[0]?.state]).toEqual([0, 'cancelled']);
  const paused = makeRun(shared());
  paused.run.pause();
  const done = paused.run.start();
  paused.run.cancel();
  await done;
  expect([paused.told.length, paused.ends[0]?.state]).toEqual([0, 'cancelled']);
});

test('nothing comes while paused, all comes after resume', async () => {
  const made = makeRun(shared(), {
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
  const made = makeRun(exact(), {
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
  const made = makeRun(inUnits(sharedUnits(geometry, cells, steps, { side: 12, fixedSize: false })), {
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

describe('by regions', () => {
  test('every cell is foretold by the coarsest magnification before most are done', async () => {
    const toldBefore: number[] = [];
    const made = makeRun(lattice(), {
      onForetold: () => toldBefore.push(made.told.reduce((sum, { index }) => sum + index.length, 0)),
    });
    await made.run.start();
    expect(toldBefore.at(-1)).toBeLessThan(cells.length / 4);
    const seen = made.foretold.flatMap(({ index }) => [...index]);
    expect(new Set(seen).size).toBe(seen.length);
    const first = new Set(made.told[0]?.index ?? []);
    expect(sorted(seen)).toEqual(cells.filter((cell) => !first.has(cell) || seen.includes(cell)));
    const [one] = made.foretold;
    const at = centreOf(one?.index[0] ?? -1);
    const slide = { handle: 1, description: madeSlide };
    const signal = new AbortController().signal;
    const clicked = await classifyPoint({ model, reader: new FieldReader(made.pixels.client), slide, at, signal });
    expectNear([...(one?.probabilities.subarray(0, 3) ?? [])], clicked.perMagnification[2]?.probabilities ?? []);
  });

  test('other threads give the same numbers as this one', async () => {
    const ends: MessagePort[] = [];
    const startEncoders: StartEncoders = (manifest, files) =>
      [1, 2].map(() => {
        const { port1, port2 } = new MessageChannel();
        ends.push(port1, port2);
        serveCalls<EncoderCalls, EncoderEvents>(port1, encoderHandlers());
        const { taker } = connectEncoder(port2, manifest, files, () => port2.close());
        for (const port of [port1, port2]) port.start();
        return taker;
      });
    const origin = { kind: 'files', files: pickedFiles(tinyFolder()) } as const;
    const losses = new DeviceLosses();
    const threaded = await LoadedModel.load(origin, { id: 'tiny', backend: 'wasm', losses, startEncoders });
    try {
      const [here, there] = [makeRun(lattice(8)), makeRun(lattice(8), { lease: { model: threaded } })];
      await here.run.start();
      await there.run.start();
      expect(there.ends).toEqual([{ runId: 7, state: 'complete' }]);
      const [expected, rows] = [rowsOf(here.told), rowsOf(there.told)];
      expect(sorted(rows.keys())).toEqual(cells);
      for (const [cell, { probabilities, aligned }] of rows) {
        expectNear(probabilities, expected.get(cell)?.probabilities ?? []);
        expectNear(aligned, expected.get(cell)?.aligned ?? []);
      }
    } finally {
      threaded.dispose();
      for (const port of ends) port.close();
    }
  });

  test('encodes each feature cell once', () => {
    const work = lattice();
    if (work.kind !== 'lattice') throw new Error('not by regions');
    for (const magnification of steps.keys()) {
      const seen = new Set<string>();
      for (const region of work.lattice.regions.filter((one) => one.magnification === magnification)) {
        for (let row = region.row; row < region.row + region.rows; row++) {
          for (let column = region.column; column < region.column + region.columns; column++) {
            expect(seen.has(`${column},${row}`)).toBe(false);
            seen.add(`${column},${row}`);
          }
        }
      }
      expect(seen.size).toBeGreaterThan(0);
    }
  });

  test('a region too large for the memory is cut down; cancel gives all back', async () => {
    const before = runtimeMemory().tensors;
    let calls = 0;
    const flaky = new Proxy(model.runtime, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'gather') return typeof value === 'function' ? value.bind(target) : value;
        return (asked: PatchLattice) => {
          const gatherer = target.gather(asked);
          const add = gatherer.add.bind(gatherer);
          gatherer.add = (...argument) =>
            ++calls === 2 ? Promise.reject(new Failure('out-of-memory', 'Full.')) : add(...argument);
          return gatherer;
        };
      },
    });
    const made = makeRun(lattice(), { lease: { model: { manifest: model.manifest, runtime: flaky } } });
    await made.run.start();
    expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
    expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
    const stopped = makeRun(lattice(), { onCells: () => stopped.run.cancel() });
    await stopped.run.start();
    expect([stopped.told.length, stopped.ends[0]?.state]).toEqual([1, 'cancelled']);
    expect(runtimeMemory().tensors).toBe(before);
  });
});

test('a unit too large for the memory is cut down', async () => {
  const flaky = flakyRuntime(model.runtime, [1, 2], () => new Failure('out-of-memory', 'Full.'));
  const made = makeRun(shared(), { lease: { model: { manifest: model.manifest, runtime: flaky } } });
  await made.run.start();
  expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
  expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
});

test('a failure that no smaller unit helps ends the run with its code', async () => {
  const flaky = flakyRuntime(model.runtime, [3], () => new Failure('model-invalid', 'Broken.'));
  const made = makeRun(shared(), { lease: { model: { manifest: model.manifest, runtime: flaky } } });
  await made.run.start();
  expect(made.ends).toEqual([{ runId: 7, state: 'failed', failure: { code: 'model-invalid', message: 'Broken.' } }]);
  expect(made.released()).toBe(1);
});

/** The real runtime, but for the calls of `classify` (counted from 1) that are told to fail. */
function flakyRuntime(runtime: ModelRuntime, failing: readonly number[], failure: () => Failure): ModelRuntime {
  let calls = 0;
  const classify: ModelRuntime['classify'] = (...argument) =>
    failing.includes(++calls) ? Promise.reject(failure()) : runtime.classify(...argument);
  return new Proxy(runtime, {
    get(target, name) {
      if (name === 'classify') return classify;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function centreOf(cell: number): { x: number; y: number } {
  const { column, row } = cellAt(grid, cell);
  const { x, y, width, height } = cellRect(grid, column, row);
  return { x: x + width / 2, y: y + height / 2 };
}

function expectNear(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expect(Math.max(...expected.map((value, n) => Math.abs(value - (actual?.[n] ?? Number.NaN))))).toBeLessThan(2e-5);
}
