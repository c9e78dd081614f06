// Which kind of graph a model's files hold.

import type { GraphFiles } from '../folder/graph-files.ts';
import type { Graph } from './graph.ts';
import { OperationGraph } from './operation-graph.ts';

/** @throws Failure `model-invalid`, `out-of-memory`. */
export async function makeGraph(files: GraphFiles): Promise<Graph> {
  if (files.kind === 'graph') return new OperationGraph(files);
  // Only a model of a user's own brings layers: their code is not loaded before.
  const { LayersGraph } = await import('./layers-graph.ts');
  return LayersGraph.create(files);
}
