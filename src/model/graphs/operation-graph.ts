// A graph model, as TensorFlow.js and our own export save it: operations on named nodes.

import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { type io, keep, type NamedTensorMap, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { GraphFiles } from '../folder/graph-files.ts';
import type { Graph, GraphInput } from './graph.ts';
import { guardGraph } from './graph-failure.ts';

type Loaded = GraphModel<io.IOHandlerSync>;

interface Built extends Pick<Graph, 'inputs' | 'outputs'> {
  readonly model: Loaded;
  readonly nodes: ReadonlyMap<string, string>;
}

export class OperationGraph implements Graph {
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
