// Our WASM runtime beside LiteRT.js and ONNX Runtime Web: the same encoder, one raster of a run's size at a time, one
// thread each, which is how an encoder worker works. From normalised pixels to features in main memory. What they answer
// must be the same, or there is no ratio.

import { Tensor as LiteRtTensor, loadAndCompile, loadLiteRt } from '@litertjs/core';
import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web/wasm';
import { acquireBackend } from '../../../../src/model/backends/backend.ts';
import { type GraphFiles, readGraph } from '../../../../src/model/folder/graph-files.ts';
import { ModelFolder } from '../../../../src/model/folder/model-folder.ts';
import { type Layer, layersOf, transposed } from './layers.ts';
import { onnxModel } from './onnx.ts';
import { tfliteModel } from './tflite.ts';

/** Features of one raster, 1 x side x side x 3 in, cells x channels out. */
type Encode = (pixels: Float32Array) => Promise<Float32Array>;

export interface RuntimeTimes {
  /** ms a raster of side x side px, one a round. */
  readonly oursMs: readonly number[];
  readonly litertMs: readonly number[];
  readonly ortMs: readonly number[];
  /** Largest difference of a feature from ours, over the largest feature. */
  readonly litertMaxDiff: number;
  readonly ortMaxDiff: number;
}

export async function runtimeTimes(
  modelUrl: string,
  { side, rounds, litertUrl, ortUrl }: { side: number; rounds: number; litertUrl: string; ortUrl: string },
): Promise<RuntimeTimes> {
  const folder = await ModelFolder.open({ kind: 'url', url: modelUrl });
  const { network } = folder.manifest;
  if (network.kind !== 'encoder-head') throw new Error('This model has no encoder.');
  const file = await readGraph(folder, network.encoders[0] ?? '');
  await acquireBackend('wasm', { threads: 1 });
  const { encode: ours, layers } = ourEncoder(file, side);
  const litert = await litertEncoder(layers, side, litertUrl);
  const onnx = await ortEncoder(layers, side, ortUrl);

  const pixels = Float32Array.from({ length: side * side * 3 }, (_, k) => ((k * 7919) % 251) / 125 - 1);
  const nchw = transposed({ shape: [1, side, side, 3], values: pixels }, [0, 3, 1, 2]).values;
  const [expected, fromLitert, fromOrt] = [await ours(pixels), await litert(pixels), await onnx(nchw)];
  const channels = layers.flatMap((layer) => (layer.kind === 'addition' ? [] : (layer.bias.shape[0] ?? 1))).at(-1) ?? 1;
  const rows = Math.sqrt(expected.length / channels);
  const ortLast = transposed({ shape: [1, channels, rows, rows], values: fromOrt }, [0, 2, 3, 1]).values;

  const times: Record<'ours' | 'litert' | 'ort', number[]> = { ours: [], litert: [], ort: [] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await timed(() => ours(pixels)));
    times.litert.push(await timed(() => litert(pixels)));
    times.ort.push(await timed(() => onnx(nchw)));
  }
  return {
    oursMs: times.ours,
    litertMs: times.litert,
    ortMs: times.ort,
    litertMaxDiff: largestDifference(expected, fromLitert),
    ortMaxDiff: largestDifference(expected, ortLast),
  };
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

function largestDifference(expected: Float32Array, found: Float32Array): number {
  if (expected.length !== found.length) throw new Error(`${found.length} features came, not ${expected.length}.`);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, value, k) => Math.max(most, Math.abs(value - (found[k] ?? Number.NaN))), 0) / largest;
}

function ourEncoder(file: GraphFiles, side: number): { encode: Encode; layers: Layer[] } {
  const model = loadGraphModelSync({ load: () => file.artifacts });
  const encode = async (pixels: Float32Array) => {
    const features = tidy(() => model.predict({ input: tensor(pixels, [1, side, side, 3]) }) as Tensor);
    const values = await features.data<'float32'>();
    features.dispose();
    return values as Float32Array;
  };
  return { encode, layers: layersOf(file, model.weights) };
}

async function litertEncoder(layers: readonly Layer[], side: number, wasmUrl: string): Promise<Encode> {
  await loadLiteRt(wasmUrl);
  const model = await loadAndCompile(tfliteModel(layers, side), { accelerator: 'wasm', cpuOptions: { numThreads: 1 } });
  return async (pixels) => {
    const input = new LiteRtTensor(pixels, [1, side, side, 3]);
    const [output] = await model.run(input);
    if (output === undefined) throw new Error('LiteRT.js gave no features.');
    const values = (await output.data()) as Float32Array;
    input.delete();
    output.delete();
    return values;
  };
}

async function ortEncoder(layers: readonly Layer[], side: number, wasmUrl: string): Promise<Encode> {
  ort.env.wasm.wasmPaths = wasmUrl;
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(onnxModel(layers, side), { graphOptimizationLevel: 'all' });
  const [name = ''] = session.outputNames;
  return async (pixels) => {
    const results = await session.run({ input: new ort.Tensor('float32', pixels, [1, 3, side, side]) });
    return (await results[name]?.getData()) as Float32Array;
  };
}
