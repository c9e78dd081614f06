import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../lib/failure.ts';
import { serveCalls } from '../lib/worker-call.ts';
import { runtimeMemory } from '../model/backends/backend.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { ModelRuntime, PatchLattice } from '../model/model-runtime.ts';
import type { EncoderCalls, EncoderEvents } from '../model/regions/encoder.contract.ts';
import { connectEncoder } from '../model/regions/encoder-client.ts';
import { encoderHandlers } from '../model/regions/encoder-handlers.ts';
import type { StartEncoders } from '../model/tfjs-runtime.ts';
import { classifyPoint } from './classify.ts';
import { FieldReader } from './field-reader.ts';
import { madeSlide } from './made-slide.fixture.ts';
import { cells, centreOf, expectNear, lattice, makeRun, rowsOf, sorted, steps, tinyModel } from './run.fixture.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await tinyModel();
});
afterAll(() => model.dispose());

test('every cell is foretold by the coarsest magnification before most are done', async () => {
  const toldBefore: number[] = [];
  const made = makeRun(model, lattice(), {
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

test('the first cells are those in the middle of the screen, and want a small piece of each magnification only', async () => {
  const visible = { x: 96, y: 80, width: 16, height: 16 };
  const made = makeRun(model, lattice(40), { visible });
  await made.run.start();
  const [first] = made.told;
  const away = [...(first?.index ?? [])].map((cell) => Math.hypot(centreOf(cell).x - 104, centreOf(cell).y - 88));
  expect(Math.min(...away)).toBeLessThan(12);
  expect(Math.max(...away)).toBeLessThan(60);
  const px = made.pixels.asked.map(({ width, height }) => width * height);
  const whole = Math.max(...px);
  expect(Math.max(...px.slice(0, 3))).toBeLessThan(0.6 * whole);
  expect(made.pixels.asked.slice(0, 3).map(({ spacing }) => spacing)).toEqual([2, 1, 0.5]);
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
  const threaded = await tinyModel(startEncoders);
  try {
    const [here, there] = [makeRun(model, lattice(8)), makeRun(threaded, lattice(8))];
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
  const made = makeRun(model, lattice(), { lease: { model: { manifest: model.manifest, runtime: flaky } } });
  await made.run.start();
  expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
  expect(sorted(rowsOf(made.told).keys())).toEqual(cells);
  const stopped = makeRun(model, lattice(), { onCells: () => stopped.run.cancel() });
  await stopped.run.start();
  expect([stopped.told.length, stopped.ends[0]?.state]).toEqual([1, 'cancelled']);
  expect(runtimeMemory().tensors).toBe(before);
});

describe('a device that is lost', () => {
  /** The model on a device that fails as lost at the calls of `method` (counted from 1) that are named; `runtime` is there anew each time. */
  function onDevice(method: 'add' | 'answer' | 'answerAlone', failing: readonly number[]) {
    let calls = 0;
    const start = () =>
      new Proxy(model.runtime, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, target);
          if (name !== 'gather') return typeof value === 'function' ? value.bind(target) : value;
          return (asked: PatchLattice) => {
            const gatherer = target.gather(asked);
            const original = gatherer[method].bind(gatherer) as (...given: unknown[]) => Promise<unknown>;
            const lost = () => current.runtime !== receiver;
            const call = async (...given: unknown[]) => {
              if (lost() || failing.includes(++calls)) throw new Failure('device-lost', 'Gone.');
              return original(...given);
            };
            return new Proxy(gatherer, {
              get(gathering, key) {
                if (key === method) return call;
                const own: unknown = Reflect.get(gathering, key, gathering);
                return typeof own === 'function' ? own.bind(gathering) : own;
              },
            });
          };
        },
      });
    const current = { manifest: model.manifest, runtime: start() };
    let recovered = 0;
    const lease = {
      model: current,
      async recover(lost: ModelRuntime) {
        if (lost !== current.runtime) return;
        recovered++;
        current.runtime = start();
      },
    };
    return { lease, recovered: () => recovered };
  }

  test.each([
    ['add', [1, 6, 14]],
    ['answer', [1, 4]],
    ['answerAlone', [2]],
  ] as const)('in the middle of %s costs no cell, doubles none and changes none', async (method, failing) => {
    const before = runtimeMemory().tensors;
    const quiet = makeRun(model, lattice(16, true));
    await quiet.run.start();
    const device = onDevice(method, failing);
    const made = makeRun(model, lattice(16, true), { lease: device.lease });
    await made.run.start();
    expect(made.ends).toEqual([{ runId: 7, state: 'complete' }]);
    expect(device.recovered()).toBe(failing.length);
    const [expected, rows] = [rowsOf(quiet.told), rowsOf(made.told)];
    expect(sorted(rows.keys())).toEqual(cells);
    for (const [cell, { probabilities, aligned }] of rows) {
      expectNear(probabilities, expected.get(cell)?.probabilities ?? []);
      expectNear(aligned, expected.get(cell)?.aligned ?? []);
    }
    const seen = made.foretold.flatMap(({ index }) => [...index]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(runtimeMemory().tensors).toBe(before);
  });

  test('and a network in trouble at once: what was put aside is not encoded twice', async () => {
    const quiet = makeRun(model, lattice(16, true));
    await quiet.run.start();
    const device = onDevice('add', [6]);
    const trouble = new Failure('tile-unavailable', 'The server failed.', { mayPass: true });
    const made = makeRun(model, lattice(16, true), {
      lease: device.lease,
      readFails: (nth) => (nth < 4 ? trouble : null),
    });
    await made.run.start();
    expect(device.recovered()).toBe(1);
    const [expected, rows] = [rowsOf(quiet.told), rowsOf(made.told)];
    expect(sorted(rows.keys())).toEqual(cells);
    for (const [cell, { probabilities }] of rows) expectNear(probabilities, expected.get(cell)?.probabilities ?? []);
  });
});
