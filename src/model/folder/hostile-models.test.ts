// Model folders as accident or malice makes them: each loads as a model that keeps what its manifest says or ends in a
// documented failure; no file outside the folder is read, no tensor stays, and no number that is none comes out.

import { expect, test } from 'vitest';
import { type Dice, damagedBytes, damagedJson, damagedText, damagedValue, fuzz } from '../../../e2e/fixtures/fuzz.ts';
import type { FailureCode } from '../../lib/failure.ts';
import { runtimeMemory } from '../backends/backend.ts';
import { DeviceLosses } from '../backends/device-losses.ts';
import { LoadedModel } from '../loaded-model.ts';
import { pickedFiles, tinyFolder, tinyGolden, tinyManifest, wholePatchFolder } from '../tiny-model.fixture.ts';
import { parseManifest } from './manifest.ts';
import { isSafePath } from './safe-path.ts';
import { parseGolden } from './self-test.ts';

const loading: readonly FailureCode[] = [
  'model-not-found',
  'model-invalid',
  'model-hash',
  'self-test-failed',
  'out-of-memory',
  'backend-unavailable',
];

test('manifests', async () => {
  const sound = tinyManifest({ x_files: { 'encoder/model.json': `sha256-${'0'.repeat(64)}` }, x_card: 'README.md' });
  await fuzz({
    what: 'model manifests',
    cases: 1000,
    codes: ['model-invalid'],
    attempt(dice) {
      const value = damagedValue(dice, sound);
      if (value === undefined) return;
      const manifest = parseManifest(value);
      const { classNames, classColors, spacings, network, files, calibration } = manifest;
      expect(classColors).toHaveLength(classNames.length);
      expect(calibration.perMagnification).toHaveLength(spacings.length);
      for (const number of [...spacings, manifest.patchSizePx, calibration.temperature, ...manifest.std])
        expect(number > 0 && number < Infinity).toBe(true);
      const paths = network.kind === 'encoder-head' ? [...network.encoders, network.head] : [network.model];
      for (const path of [...paths, ...(files?.keys() ?? [])]) expect(isSafePath(path)).toBe(true);
    },
  });
});

test('golden outputs', async () => {
  const manifest = parseManifest(tinyManifest());
  const sound = tinyGolden([1, 2]);
  await fuzz({
    what: 'golden outputs',
    cases: 300,
    codes: ['model-invalid'],
    attempt(dice) {
      const value = damagedValue(dice, sound);
      if (value === undefined) return;
      for (const { inputs, probabilities } of parseGolden(value, manifest)) {
        expect(inputs).toHaveLength(3);
        expect(probabilities).toHaveLength(3);
      }
    },
  });
});

/** The tiny model's folder, without sums, with one of its files damaged. */
function damagedFolder(dice: Dice) {
  const folder = tinyFolder({ x_files: null });
  const path = dice.of(Object.keys(folder)) ?? '';
  const bytes = folder[path] ?? new Uint8Array();
  if (path.endsWith('.bin')) folder[path] = damagedBytes(dice, bytes);
  else {
    const text = new TextDecoder().decode(bytes);
    folder[path] = new TextEncoder().encode(
      dice.below(3) === 0 ? damagedText(dice, text) : damagedJson(dice, JSON.parse(text)),
    );
  }
  return folder;
}

const load = (folder: ReturnType<typeof tinyFolder>) =>
  LoadedModel.load(
    { kind: 'files', files: pickedFiles(folder) },
    { id: 'a', backend: 'cpu', losses: new DeviceLosses() },
  );

/** The tiny folder with the floats of one file of weights changed. */
function withWeights(path: string, change: (values: Float32Array) => Float32Array) {
  const folder = tinyFolder({ x_files: null });
  const bytes = folder[path] ?? new Uint8Array();
  folder[path] = new Uint8Array(change(new Float32Array(bytes.slice().buffer)).slice().buffer);
  return folder;
}

const encoderWeights = 'encoder/group1-shard1of1.bin';
const claims = { x_files: null, x_golden: null, x_class_colors: null, x_calibration: null };
const dsml = tinyManifest().x_dsml as object;

/** A whole-patch graph of a user's own, which brings no golden outputs, with a manifest that claims something else. */
function ownModel(changes: Record<string, unknown>) {
  const folder = wholePatchFolder({ softmax: true });
  const { x_class_colors: _, ...manifest } = JSON.parse(new TextDecoder().decode(folder['manifest.json']));
  folder['manifest.json'] = new TextEncoder().encode(JSON.stringify({ ...manifest, ...changes }));
  return folder;
}

test.each([
  ['a class less', tinyFolder({ ...claims, num_classes: 2, class_names: ['a', 'b'] }), /3 numbers a patch/],
  [
    'an own graph with a class too many',
    ownModel({ num_classes: 4, class_names: ['a', 'b', 'c', 'd'] }),
    /3 numbers a patch/,
  ],
  ['an own graph with a larger patch', ownModel({ patch_size_pixels: 64 }), /inputs of .* px, but .* 64 x 64/],
  [
    'a class too many',
    tinyFolder({ ...claims, num_classes: 4, class_names: ['a', 'b', 'c', 'd'] }),
    /3 numbers a patch/,
  ],
  ['a larger patch', tinyFolder({ ...claims, patch_size_pixels: 64 }), /8 x 8 feature cells.*16 x 16/],
  [
    'another stride',
    tinyFolder({ ...claims, patch_size_pixels: 64, x_dsml: { ...dsml, feature_stride: 8 } }),
    /stride is not 8/,
  ],
  ['a spacing less', tinyFolder({ ...claims, x_dsml: { ...dsml, spacings_um_px: [0.5, 1] } }), /3 inputs.*2 spacings/],
  [
    'weights that are not numbers',
    withWeights(encoderWeights, (values) => values.fill(Number.NaN, 5, 6)),
    /not finite/,
  ],
  ['infinite weights', withWeights(encoderWeights, (values) => values.fill(-Infinity, -1)), /not finite/],
  ['weights that overflow', withWeights(encoderWeights, (values) => values.fill(3e38)), /numbers that are not finite/],
  ['weights cut short', withWeights(encoderWeights, (values) => values.subarray(1)), /bytes, but its shapes need/],
  [
    'weights of something larger',
    withWeights(encoderWeights, (values) => Float32Array.of(...values, 1)),
    /longer than it may be/,
  ],
])('a model that is not what it claims: %s', async (_name, folder, message) => {
  const before = runtimeMemory().tensors;
  await expect(load(folder)).rejects.toMatchObject({ code: 'model-invalid', message: expect.stringMatching(message) });
  expect(runtimeMemory().tensors).toBe(before);
});

test('folders, graphs and weights', async () => {
  const before = runtimeMemory().tensors;
  await fuzz({
    what: 'model folders with damaged graphs, weights or golden outputs',
    cases: 150,
    codes: loading,
    async attempt(dice) {
      const model = await load(damagedFolder(dice)).catch((error) => {
        expect(runtimeMemory().tensors, String(error)).toBe(before);
        throw error;
      });
      expect(model.details.selfTest.maxAbsDiff).toBeLessThanOrEqual(model.details.selfTest.tolerance);
      model.dispose();
    },
  });
  expect(runtimeMemory().tensors).toBe(before);
});
