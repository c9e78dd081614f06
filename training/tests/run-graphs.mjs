// Runs an exported model folder in TF.js and prints its outputs as JSON, for test_export.py to compare with PyTorch.
// Arguments: model folder, JSON file { windows: M, crops: [cases][M] of base64 float32 NHWC, sidePx, marginCells, cells },
// then the backends. Only core, converter and the backends' own packages: the same parts that the viewer loads.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [folder, inputFile, nodeModules, ...backends] = process.argv.slice(2);
const require = createRequire(path.join(nodeModules, 'anchor.js'));
const tf = require('@tensorflow/tfjs-core');
const { loadGraphModel } = require('@tensorflow/tfjs-converter');
require('@tensorflow/tfjs-backend-cpu');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);

const handler = (half) => ({
  load: async () => {
    const model = JSON.parse(readFileSync(path.join(folder, half, 'model.json'), 'utf8'));
    const file = readFileSync(path.join(folder, half, model.weightsManifest[0].paths[0]));
    const weightData = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    return { ...model, weightSpecs: model.weightsManifest[0].weights, weightData };
  },
});

const input = JSON.parse(readFileSync(inputFile, 'utf8'));
const decode = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};
const results = {};
for (const backend of backends) {
  if (!(await tf.setBackend(backend))) throw new Error(`backend ${backend} did not start`);
  const encoder = await loadGraphModel(handler('encoder'));
  const head = await loadGraphModel(handler('head'));
  const familiarity = head.outputNodes.filter((name) => name === 'familiarity');
  results[backend] = [];
  for (const crops of input.crops) {
    const windows = {};
    const { sidePx, marginCells, cells } = input;
    crops.forEach((text, m) => {
      const crop = tf.tensor4d(decode(text), [1, sidePx, sidePx, 3]);
      const features = encoder.predict({ input: crop });
      windows[`input_${m}`] = tf.slice(features, [0, marginCells, marginCells, 0], [1, cells, cells, -1]);
    });
    const names = ['logits', 'logits_per_magnification', ...familiarity, ...crops.map((_, m) => `embeddings_${m}`)];
    const outputs = head.execute(windows, names);
    results[backend].push(Object.fromEntries(names.map((name, k) => [name, Array.from(outputs[k].dataSync())])));
  }
}
process.stdout.write(JSON.stringify(results));
