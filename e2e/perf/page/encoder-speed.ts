// How fast the model runtime encodes rasters of one size: what the size of regions is chosen by.

import { readGraph } from '../../../src/model/folder/graph-files.ts';
import { ModelFolder } from '../../../src/model/folder/model-folder.ts';
import type { Backend } from '../../../src/model/model-info.ts';
import { TfjsRuntime } from '../../../src/model/tfjs-runtime.ts';

/** ms a call for `batch` rasters of width x height px, one value a repeat. */
export async function encoderSpeed(
  modelUrl: string,
  {
    backend,
    batch,
    width,
    height,
    repeats,
  }: { backend: Backend; batch: number; width: number; height: number; repeats: number },
): Promise<number[]> {
  const folder = await ModelFolder.open({ kind: 'url', url: modelUrl });
  const { network } = folder.manifest;
  if (network.kind !== 'encoder-head') throw new Error('This model has no encoder.');
  const files = {
    encoders: await Promise.all(network.encoders.map((path) => readGraph(folder, path))),
    head: await readGraph(folder, network.head),
  };
  const runtime = await TfjsRuntime.create(backend, folder.manifest, files);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, k) => (k * 7919) % 251);
  const rasters = Array.from({ length: batch }, () => ({ width, height, data }));
  const times: number[] = [];
  for (let repeat = -1; repeat < repeats; repeat++) {
    const start = performance.now();
    const map = await runtime.encode(rasters, 0);
    if (repeat >= 0) times.push(performance.now() - start);
    map.dispose();
  }
  runtime.dispose();
  return times;
}
