// How fast the model runtime encodes regions of several sizes, in turns: what a choice of the size on the user's own
// device could win. One thread, which is how an encoder worker works.

import { readGraph } from '../../../src/model/folder/graph-files.ts';
import { ModelFolder } from '../../../src/model/folder/model-folder.ts';
import { TfjsRuntime } from '../../../src/model/tfjs-runtime.ts';

/** For each of `sides` (feature cells, the context not among them) the ms of a region, one a round. */
export async function regionTimes(
  modelUrl: string,
  { sides, rounds }: { sides: readonly number[]; rounds: number },
): Promise<number[][]> {
  const folder = await ModelFolder.open({ kind: 'url', url: modelUrl });
  const { network } = folder.manifest;
  if (network.kind !== 'encoder-head') throw new Error('This model has no encoder.');
  const files = {
    encoders: await Promise.all(network.encoders.map((path) => readGraph(folder, path))),
    head: await readGraph(folder, network.head),
  };
  const runtime = await TfjsRuntime.create('wasm', folder.manifest, files, { threads: 1 });
  const rasters = sides.map((side) => {
    const px = side * runtime.featureStridePx + 2 * runtime.contextPx;
    return { width: px, height: px, data: Uint8Array.from({ length: px * px * 3 }, (_, k) => (k * 7919) % 251) };
  });
  const times: number[][] = sides.map(() => []);
  // The first round is thrown away.
  for (let round = -1; round < rounds; round++) {
    for (const [which, raster] of rasters.entries()) {
      const start = performance.now();
      const map = await runtime.encode([raster], 0);
      if (round >= 0) times[which]?.push(performance.now() - start);
      map.dispose();
    }
  }
  runtime.dispose();
  return times;
}
