import { findBackend } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { abortError } from '../lib/abort.ts';
import { Failure } from '../lib/failure.ts';
import { acquireBackend, releaseBackend, runtimeMemory } from './backends/backend.ts';
import { DeviceLosses } from './backends/device-losses.ts';
import { LoadedModel } from './loaded-model.ts';
import type { Backend } from './model-info.ts';
import type { RasterPixels } from './model-runtime.ts';
import {
  pickedFiles,
  referenceAnswer,
  tiny,
  tinyFolder,
  tinyGolden,
  tinyInputs,
  wholePatchFolder,
} from './tiny-model.fixture.ts';
import { withMaps } from './with-maps.ts';

type Folder = ReturnType<typeof tinyFolder>;
const load = (folder: Folder, backend?: Backend) =>
  LoadedModel.load({ kind: 'files', files: pickedFiles(folder) }, { id: 'tiny', backend, losses: new DeviceLosses() });

const side = tiny.patch + 2 * tiny.context;
const asRaster = (data: Uint8Array): RasterPixels => ({ width: side, height: side, data });
const corner = tiny.context / tiny.stride;

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  test('answers as plain loops do, in batches of any size, and leaves no tensor behind', async () => {
    const before = runtimeMemory().tensors;
    const model = await load(tinyFolder(), backend);
    const own = runtimeMemory().tensors;
    expect(model.details.selfTest.maxAbsDiff).toBeLessThan(1e-5);
    const seeds = Array.from({ length: 35 }, (_, index) => index);
    const rasters = tiny.spacings.map((_, m) => seeds.map((seed) => asRaster(tinyInputs(seed)[m] ?? new Uint8Array())));
    const windows = tiny.spacings.map(() => seeds.map((item) => ({ item, row: corner, column: corner })));
    const output = await withMaps(model.runtime, rasters, (maps) =>
      model.runtime.classify(maps, windows, { embeddings: true }),
    );
    expect(output.embeddingSize).toBe(tiny.embedding);
    for (const seed of [0, 31, 32, 34]) {
      const expected = referenceAnswer(tinyInputs(seed));
      expectNear(output.logits.subarray(seed * 3, seed * 3 + 3), expected.logits);
      expectNear(
        output.logitsPerMagnification?.subarray(seed * 9, seed * 9 + 9) ?? [],
        expected.logitsPerMagnification.flat(),
      );
      expected.embeddings.forEach((values, m) => {
        expectNear(output.embeddings[m]?.subarray(seed * values.length, (seed + 1) * values.length) ?? [], values);
      });
    }
    expect(runtimeMemory().tensors).toBe(own);
    model.dispose();
    expect(runtimeMemory().tensors).toBe(before);
  });

  test('a window cut out of a larger raster answers as the patch alone', async () => {
    const model = await load(tinyFolder(), backend);
    const large = 96;
    const wide: RasterPixels = {
      width: large,
      height: large,
      data: Uint8Array.from({ length: large * large * 4 }, (_, i) => ((i * 37) ^ (i >> 5)) & 255),
    };
    const [x, y] = [20, 36];
    const cut = new Uint8Array(side * side * 3);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const from = ((y + row) * large + x + column) * 4;
        cut.set(wide.data.subarray(from, from + 3), (row * side + column) * 3);
      }
    }
    const at = { item: 0, row: y / tiny.stride + corner, column: x / tiny.stride + corner };
    const output = await withMaps(
      model.runtime,
      tiny.spacings.map(() => [wide]),
      (maps) =>
        model.runtime.classify(
          maps,
          tiny.spacings.map(() => [at]),
        ),
    );
    expectNear(output.logits, referenceAnswer(tiny.spacings.map(() => cut)).logits);
    expect(output.embeddings).toHaveLength(0);
    model.dispose();
  });

  test.each([true, false])('a graph of the user’s own, softmax %s, gives logits all the same', async (softmax) => {
    const model = await load(wholePatchFolder({ softmax }), backend);
    const other = await load(wholePatchFolder({ softmax: !softmax }), backend);
    expect(model.details).toMatchObject({ id: 'tiny', similarityPairs: [], contextPixels: 0 });
    expect(model.details.similarityOff).toMatch(/embeddings/);
    const rasters = tiny.spacings.map((_, m) => [
      { width: tiny.patch, height: tiny.patch, data: new Uint8Array(tiny.patch ** 2 * 3).fill(40 + 70 * m) },
    ]);
    const windows = tiny.spacings.map(() => [{ item: 0, row: 0, column: 0 }]);
    const answer = async ({ runtime }: LoadedModel) => {
      const { logits } = await withMaps(runtime, rasters, (maps) => runtime.classify(maps, windows));
      const powers = Array.from(logits, Math.exp);
      return powers.map((power) => power / powers.reduce((a, b) => a + b, 0));
    };
    expectNear(await answer(model), await answer(other));
    model.dispose();
    other.dispose();
  });
});

test('a wrong golden output keeps the backend from being used, and nothing stays behind', async () => {
  const folder = tinyFolder({ x_files: null });
  const golden = tinyGolden([1]) as { cases: { probabilities: number[] }[] };
  golden.cases[0]?.probabilities.reverse();
  folder['golden.json'] = new TextEncoder().encode(JSON.stringify(golden));
  const before = runtimeMemory().tensors;
  await expectFailure(load(folder, 'cpu'), 'self-test-failed', /probability is off/);
  expect(runtimeMemory().tensors).toBe(before);
});

test('embeddings are held against the golden ones too', async () => {
  const folder = tinyFolder({ x_files: null });
  const golden = tinyGolden([1]) as { cases: { embeddings: number[][] }[] };
  const first = golden.cases[0]?.embeddings[2];
  if (first !== undefined) first[63] = (first[63] ?? 0) + 0.02;
  folder['golden.json'] = new TextEncoder().encode(JSON.stringify(golden));
  await expectFailure(load(folder, 'cpu'), 'self-test-failed', /embedding is off by 0\.02/);
});

test('without a GPU the next backend is used, and the reasons are told', async () => {
  const model = await load(tinyFolder());
  expect(model.details.backend).toBe('wasm');
  expect(model.details.backendReason).toMatch(/^WebGPU was passed over: .*adapter.*\nWebAssembly is used: SIMD/);
  model.dispose();
});

test('a backend that was asked for and is not there is no other one', async () => {
  await expectFailure(load(tinyFolder(), 'webgpu'), 'backend-unavailable', /adapter/);
});

test('after a loss the same backend starts again, after two the next one; no tensor is lost on the way', async () => {
  const before = runtimeMemory().tensors;
  const losses = new DeviceLosses();
  const origin = { kind: 'files', files: pickedFiles(tinyFolder()) } as const;
  const model = await LoadedModel.load(origin, { id: 'tiny', backend: 'wasm', losses });
  const own = runtimeMemory().tensors;
  losses.note('wasm', performance.now());
  expect(await model.recover()).toMatch(/started again/);
  expect([model.details.backend, runtimeMemory().tensors]).toEqual(['wasm', own]);
  losses.note('wasm', performance.now());
  expect(await model.recover()).toMatch(/goes on with Plain JavaScript/);
  expect([model.details.backend, runtimeMemory().tensors]).toEqual(['cpu', own]);
  model.dispose();
  expect(runtimeMemory().tensors).toBe(before);
});

describe('a device that gives up its work, as an abort that nobody asked for', () => {
  afterEach(() => void vi.restoreAllMocks());
  const windows = tiny.spacings.map(() => [{ item: 0, row: corner, column: corner }]);
  const rasters = tinyInputs(5).map((input) => [asRaster(input)]);
  const answer = ({ runtime }: LoadedModel) => withMaps(runtime, rasters, (maps) => runtime.classify(maps, windows));
  /** The next read from the device is given up. */
  const giveUp = () => vi.spyOn(findBackend('wasm'), 'read').mockRejectedValueOnce(abortError());

  test('is lost, counted once, and replaced', async () => {
    const losses = new DeviceLosses();
    const origin = { kind: 'files', files: pickedFiles(tinyFolder()) } as const;
    const model = await LoadedModel.load(origin, { id: 'tiny', backend: 'wasm', losses });
    giveUp();
    await expectFailure(answer(model), 'device-lost', /gave up/);
    expect(losses.count).toBe(1);
    await expectFailure(answer(model), 'device-lost', /gave up/);
    expect(await model.recover()).toMatch(/started again/);
    expectNear((await answer(model)).logits, referenceAnswer(tinyInputs(5)).logits);
    expect(losses.count).toBe(1);
    model.dispose();
  });

  test('ends a read that would never end', async () => {
    const model = await load(tinyFolder(), 'wasm');
    vi.spyOn(findBackend('wasm'), 'read').mockImplementation(() => {
      queueMicrotask(() => running.report('It is gone.'));
      return new Promise(() => {});
    });
    const running = await acquireBackend('wasm');
    await expectFailure(answer(model), 'device-lost', /It is gone/);
    releaseBackend('wasm', running);
    model.dispose();
  });

  test('again while it is replaced: the next backend takes over', async () => {
    const before = runtimeMemory().tensors;
    const losses = new DeviceLosses();
    const origin = { kind: 'files', files: pickedFiles(tinyFolder()) } as const;
    const model = await LoadedModel.load(origin, { id: 'tiny', backend: 'wasm', losses });
    giveUp();
    await expectFailure(answer(model), 'device-lost', /gave up/);
    giveUp();
    expect(await model.recover()).toMatch(/goes on with Plain JavaScript/);
    expect(losses.count).toBe(2);
    expect(model.details.backendReason).toMatch(/WebAssembly was passed over: The graphics device went away/);
    expectNear((await answer(model)).logits, referenceAnswer(tinyInputs(5)).logits);
    model.dispose();
    expect(runtimeMemory().tensors).toBe(before);
  });
});

test('two models share a backend; each gives its own tensors back', async () => {
  const before = runtimeMemory().tensors;
  const first = await load(tinyFolder(), 'wasm');
  const afterFirst = runtimeMemory().tensors;
  const second = await load(tinyFolder(), 'cpu');
  second.dispose();
  expect(runtimeMemory().tensors).toBe(afterFirst);
  const rasters = tinyInputs(5).map((input) => [asRaster(input)]);
  const windows = tiny.spacings.map(() => [{ item: 0, row: corner, column: corner }]);
  const { logits } = await withMaps(first.runtime, rasters, (maps) => first.runtime.classify(maps, windows));
  expectNear(logits, referenceAnswer(tinyInputs(5)).logits);
  first.dispose();
  expect(runtimeMemory().tensors).toBe(before);
});

function expectNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? Number.NaN))))).toBeLessThan(
    2e-5,
  );
}

async function expectFailure(promise: Promise<unknown>, code: Failure['code'], message: RegExp): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ code });
  expect((error as Failure).message).toMatch(message);
}
