// One graph on the current backend, called by the names of its signature. What kind of file it came from does not show;
// what the outputs mean is head-output.ts.

import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { type io, keep, type NamedTensorMap, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { GraphFiles } from '../folder/graph-files.ts';
import { guardGraph } from './graph-failure.ts';

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

type Loaded = GraphModel<io.IOHandlerSync>;

interface Built extends Pick<Graph, 'inputs' | 'outputs'> {
  readonly model: Loaded;
  readonly nodes: ReadonlyMap<string, string>;
}

class OperationGraph implements Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly #model: Loaded;
  readonly #path: string;
  readonly #nodes: ReadonlyMap<string, string>;

  constructor({ path, artifacts }: GraphFiles) {
    this.#path = path;
    const { model, inputs, outputs, nodes } = guardGraph(path, () => build(artifacts));
    this.#model = model;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#nodes = nodes;
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

/** The model and its ports. Of one that can't be built nothing stays behind. */
function build(artifacts: io.ModelArtifacts): Built {
  let built: Built | undefined;
  tidy(() => {
    const model = loadGraphModelSync({ load: () => artifacts });
    built = { model, nodes: nodesBehind(model), ...portsOf(model) };
    for (const weight of Object.values(model.weights).flat()) keep(weight);
  });
  if (built === undefined) throw new Error('A graph was neither built nor refused.');
  return built;
}

/** The node behind each input and output of the signature. */
function nodesBehind(model: Loaded): ReadonlyMap<string, string> {
  const { inputs = {}, outputs = {} } = (model.modelSignature ?? {}) as Record<
    string,
    Record<string, { name: string }>
  >;
  return new Map(
    Object.entries({ ...inputs, ...outputs }).map(([name, node]) => [name, node.name.split(':')[0] ?? name]),
  );
}

function portsOf(model: Loaded): Pick<Graph, 'inputs' | 'outputs'> {
  const signature = model.modelSignature as { inputs?: Record<string, { name: string }>; outputs?: object } | undefined;
  const shapes = new Map(model.inputs.map(({ name, shape }) => [name.split(':')[0], shape ?? null]));
  const named = signature?.inputs === undefined ? null : Object.entries(signature.inputs);
  return {
    inputs:
      named?.map(([name, node]) => ({ name, shape: shapes.get(node.name.split(':')[0]) ?? null })) ??
      model.inputs.map(({ name, shape }) => ({ name, shape: shape ?? null })),
    outputs: signature?.outputs === undefined ? model.outputNodes : Object.keys(signature.outputs),
  };
}
