// What a model will take of the memory, from its manifest and the outlines of its graphs, before weights are read.

import { ENCODE_BATCH, headSizes } from './batch-sizes.ts';
import type { GraphFiles } from './folder/graph-files.ts';
import type { ModelManifest } from './folder/manifest.ts';
import type { ModelNeed } from './folder/model-budget.ts';
import { type WeightSpec, weightBytes } from './folder/weights.ts';
import { guardGraph } from './graphs/graph-failure.ts';
import { widestLayer } from './graphs/layer-sizes.ts';

const BYTES_PER_NUMBER = 4;

/** Encoders (none for a model that takes whole patches) and what answers; with weights or without. */
interface Outlines {
  readonly encoders: readonly GraphFiles[];
  readonly head: GraphFiles;
}

/** Bytes of one copy of the weights: as they lie in the files, and as tensors. */
export function weightNeed({ encoders, head }: Outlines): number {
  return [...encoders, head].reduce((sum, { artifacts }) => {
    const { stored, unpacked } = weightBytes((artifacts.weightSpecs ?? []) as unknown as readonly WeightSpec[]);
    return sum + stored + unpacked;
  }, 0);
}

/** @throws Failure `model-invalid` when a graph's nodes make no sense. */
export function modelNeed(manifest: ModelManifest, outlines: Outlines): ModelNeed {
  const { network, patchSizePx } = manifest;
  const encoded = network.kind === 'encoder-head';
  const sidePx = patchSizePx + 2 * (encoded ? network.contextPx : 0);
  const windowCells = patchSizePx / (encoded ? network.featureStridePx : 1);
  const patches = headSizes(encoded).at(-1) ?? 1;
  const numbers = [
    ...outlines.encoders.map((graph) => ENCODE_BATCH.compiled * widest(graph, sidePx)),
    patches * widest(outlines.head, windowCells),
  ];
  return { weightBytes: weightNeed(outlines), layerBytes: BYTES_PER_NUMBER * Math.max(...numbers) };
}

/** For an input of `side` positions a side, of colours where the graph does not say. */
function widest(graph: GraphFiles, side: number): number {
  return guardGraph(graph.path, () => widestLayer(graph, side * side, 3));
}
