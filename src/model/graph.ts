// One graph on the current backend, called by the names of its signature. What kind of file it came from does not show;
// what the outputs mean is head-output.ts.

import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import type { io, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { guardGraph } from './graph-failure.ts';
import type { GraphFiles } from './graph-files.ts';

export interface GraphInput {
  readonly name: string;
  /** -1 where any size goes; null when the graph does not say. */
  readonly shape: readonly number[] | null;
}

/** What the runtime calls: named inputs, named outputs. It lives on the backend that was current when it was made. */
export interface Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  /** Outputs in the order of `names`; the caller disposes them. @throws Failure `model-invalid` when the graph can't run. */
  run(inputs: NamedTensorMap, names: readonly string[]): Tensor[];
  /** The node behind an input or output. */
  nodeOf(name: string): string;
  /** The numbers of a constant node; null when there is none of that name. */
  constant(name: string): readonly number[] | null;
  dispose(): void;
}

/** @throws Failure `model-invalid`, `out-of-memory`. */
export async function makeGraph(files: GraphFiles): Promise<Graph> {
  if (files.kind === 'graph') return new OperationGraph(files);
  // Only a model of a user's own brings layers: their code is not loaded before.
  const { LayersGraph } = await import('./layers-graph.ts');
  return LayersGraph.create(files);
}

class OperationGraph implements Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly #model: GraphModel<io.IOHandlerSync>;
  readonly #path: string;
  readonly #nodes: ReadonlyMap<string, string>;

  constructor({ path, artifacts }: GraphFiles) {
    this.#path = path;
    this.#model = guardGraph(path, () => loadGraphModelSync({ load: () => artifacts }));
    const signature = this.#model.modelSignature as { inputs?: object; outputs?: object } | undefined;
    this.#nodes = new Map(
      Object.entries({ ...signature?.inputs, ...signature?.outputs } as Record<string, { name: string }>).map(
        ([name, node]) => [name, node.name.split(':')[0] ?? name],
      ),
    );
    const shapes = new Map(this.#model.inputs.map(({ name, shape }) => [name.split(':')[0], shape ?? null]));
    const names =
      signature?.inputs === undefined ? null : Object.entries(signature.inputs as Record<string, { name: string }>);
    this.inputs =
      names?.map(([name, node]) => ({ name, shape: shapes.get(node.name.split(':')[0]) ?? null })) ??
      this.#model.inputs.map(({ name, shape }) => ({ name, shape: shape ?? null }));
    this.outputs = signature?.outputs === undefined ? this.#model.outputNodes : Object.keys(signature.outputs);
  }

  run(inputs: NamedTensorMap, names: readonly string[]): Tensor[] {
    const result = guardGraph(this.#path, () => this.#model.execute(inputs, [...names]));
    return Array.isArray(result) ? result : [result];
  }

  nodeOf(name: string): string {
    return this.#nodes.get(name) ?? name;
  }

  constant(name: string): readonly number[] | null {
    const [tensor] = this.#model.weights[name] ?? [];
    return tensor === undefined ? null : [...tensor.dataSync()];
  }

  dispose(): void {
    this.#model.dispose();
  }
}
