// A device that begins to answer what is no number after it passed its test: neither a click nor a run shows it.

import { findBackend } from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { runtimeMemory } from './backends/backend.ts';
import { DeviceLosses } from './backends/device-losses.ts';
import { LoadedModel } from './loaded-model.ts';
import { pickedFiles, tiny, tinyFolder, tinyInputs } from './tiny-model.fixture.ts';
import { withMaps } from './with-maps.ts';

const side = tiny.patch + 2 * tiny.context;
const cells = tiny.patch / tiny.stride;
const corner = tiny.context / tiny.stride;
const rasters = tinyInputs(5).map((data) => ({ width: side, height: side, data }));

afterEach(() => void vi.restoreAllMocks());

/** From now on the first number of everything read that has at least so many numbers is `value`. */
function spoil(value: number, atLeast = 1): void {
  const backend = findBackend('wasm');
  const read = backend.read.bind(backend);
  vi.spyOn(backend, 'read').mockImplementation(async (id) => {
    const values = Float32Array.from((await read(id)) as Float32Array);
    if (values.length >= atLeast) values[0] = value;
    return values;
  });
}

const load = () =>
  LoadedModel.load(
    { kind: 'files', files: pickedFiles(tinyFolder()) },
    { id: 'tiny', backend: 'wasm', losses: new DeviceLosses() },
  );

test.each([Number.NaN, Number.POSITIVE_INFINITY])('a click whose numbers hold %s is refused', async (value) => {
  const { runtime } = await load();
  const before = runtimeMemory().tensors;
  spoil(value);
  const windows = tiny.spacings.map(() => [{ item: 0, row: corner, column: corner }]);
  const answer = withMaps(
    runtime,
    rasters.map((raster) => [raster]),
    (maps) => runtime.classify(maps, windows),
  );
  await expect(answer).rejects.toMatchObject({ code: 'model-invalid', message: expect.stringMatching(/not finite/) });
  expect(runtimeMemory().tensors).toBe(before);
  runtime.dispose();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'embeddings that hold %s are refused, of a click as of a run',
  async (value) => {
    const { runtime } = await load();
    expect(runtime.hasEmbeddings).toBe(true);
    const before = runtimeMemory().tensors;
    // Only what is as long as embeddings are, so that the class numbers stay sound.
    spoil(value, cells * cells);
    const windows = tiny.spacings.map(() => [{ item: 0, row: corner, column: corner }]);
    const batches = rasters.map((raster) => [raster]);
    const clicked = withMaps(runtime, batches, (maps) => runtime.classify(maps, windows, { embeddings: true }));
    await expect(clicked).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(/not finite/),
    });
    const region = { magnification: 0, column: 0, row: 0, columns: cells, rows: cells };
    const gatherer = runtime.gather({ columns: 1, rows: 1, steps: tiny.spacings.map(() => 1), wants: () => true });
    const run = gatherer.add(region, rasters[0] ?? { width: 0, height: 0, data: new Uint8Array() });
    await expect(run).rejects.toMatchObject({ code: 'model-invalid', message: expect.stringMatching(/not finite/) });
    expect(runtimeMemory().tensors).toBe(before);
    runtime.dispose();
  },
);

test.each([Number.NaN, Number.NEGATIVE_INFINITY])(
  'regions of a run whose numbers hold %s are refused',
  async (value) => {
    const { runtime } = await load();
    const before = runtimeMemory().tensors;
    const steps = tiny.spacings.map(() => 1);
    const gatherer = runtime.gather({ columns: 1, rows: 1, steps, wants: () => true });
    for (const [magnification, raster] of rasters.entries())
      await gatherer.add({ magnification, column: 0, row: 0, columns: cells, rows: cells }, raster);
    expect((await gatherer.answer([0])).logits.every(Number.isFinite)).toBe(true);
    spoil(value);
    await expect(gatherer.answer([0])).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(gatherer.answerAlone([0], 2)).rejects.toMatchObject({ code: 'model-invalid' });
    gatherer.forgetPatches([0]);
    expect(runtimeMemory().tensors).toBe(before);
    runtime.dispose();
  },
);
