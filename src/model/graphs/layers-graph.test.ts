// A model of a user's own as Keras saves it: three views, pooled, one dense layer with softmax.

import { io, setBackend, tensor } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { runtimeMemory } from '../backends/backend.ts';
import { DeviceLosses } from '../backends/device-losses.ts';
import { LoadedModel } from '../loaded-model.ts';
import { pickedFiles, tiny, tinyManifest } from '../tiny-model.fixture.ts';
import { withMaps } from '../with-maps.ts';

const weights = Array.from({ length: 9 * 3 }, (_, i) => ((i * 7) % 11) / 5 - 1);
const biases = [0.1, -0.2, 0.3];

async function kerasFolder(changes: Record<string, unknown> = {}) {
  await setBackend('cpu');
  const views = ['fine', 'middle', 'coarse'].map((name) => tfl.input({ shape: [tiny.patch, tiny.patch, 3], name }));
  const pooled = views.map((view) => tfl.layers.globalAveragePooling2d({}).apply(view) as tfl.SymbolicTensor);
  const joined = tfl.layers.concatenate().apply(pooled) as tfl.SymbolicTensor;
  const dense = tfl.layers.dense({ units: 3, activation: 'softmax' });
  const model = tfl.model({ inputs: views, outputs: dense.apply(joined) as tfl.SymbolicTensor });
  dense.setWeights([tensor(weights, [9, 3]), tensor(biases)]);
  let saved: io.ModelArtifacts = {};
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  const json = {
    format: 'layers-model',
    modelTopology: saved.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: saved.weightSpecs }],
  };
  const manifest = tinyManifest({
    x_golden: null,
    x_calibration: null,
    x_dsml: { spacings_um_px: tiny.spacings, model: 'model.json' },
    ...changes,
  });
  return {
    'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)),
    'model.json': new TextEncoder().encode(JSON.stringify(json)),
    'weights.bin': new Uint8Array(saved.weightData as ArrayBuffer),
  };
}

const load = async (folder: Awaited<ReturnType<typeof kerasFolder>>) =>
  LoadedModel.load(
    { kind: 'files', files: pickedFiles(folder) },
    { id: 'keras', backend: 'cpu', losses: new DeviceLosses() },
  );

test('a layers model answers as its sums say, finest view first', async () => {
  const folder = await kerasFolder();
  const before = runtimeMemory().tensors;
  const model = await load(folder);
  const colours = [
    [200, 100, 150],
    [120, 60, 90],
    [240, 230, 235],
  ];
  const rasters = colours.map((colour) => [
    {
      width: tiny.patch,
      height: tiny.patch,
      data: Uint8Array.from({ length: tiny.patch ** 2 * 3 }, (_, i) => colour[i % 3] ?? 0),
    },
  ]);
  const own = runtimeMemory().tensors;
  const windows = tiny.spacings.map(() => [{ item: 0, row: 0, column: 0 }]);
  const { logits } = await withMaps(model.runtime, rasters, (maps) => model.runtime.classify(maps, windows));
  const features = colours.flatMap((colour) =>
    colour.map((value, c) => (value / 255 - (tiny.mean[c] ?? 0)) / (tiny.std[c] ?? 1)),
  );
  const expected = biases.map((bias, k) =>
    features.reduce((sum, value, i) => sum + value * (weights[i * 3 + k] ?? 0), bias),
  );
  // Logits are known up to a constant: the model's softmax took it away.
  const [first = 0, ...others] = expected;
  others.forEach((value, k) => {
    expect((logits[k + 1] ?? Number.NaN) - (logits[0] ?? Number.NaN)).toBeCloseTo(value - first, 4);
  });
  expect(runtimeMemory().tensors).toBe(own);
  model.dispose();
  expect(runtimeMemory().tensors).toBe(before);
});

test('patches of another size than the graph takes are named', async () => {
  const folder = await kerasFolder({ patch_size_pixels: 64 });
  await expect(load(folder)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringMatching(/32 x 32 px.* 64 x 64/) as unknown,
  });
});
