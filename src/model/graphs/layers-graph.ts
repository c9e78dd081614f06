// A layers model, as Keras saves it, behind the same calls as a graph. Loaded only when a user's own model brings one;
// training, the other half of that library, is not used.

import { io, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import type { GraphFiles } from '../folder/graph-files.ts';
import type { Graph, GraphInput } from './graph.ts';
import { graphFailure, guardGraph } from './graph-failure.ts';

export class LayersGraph implements Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly #model: LayersModel;
  readonly #path: string;

  /** @throws Failure `model-invalid`, `out-of-memory`. */
  static async create({ path, artifacts }: GraphFiles): Promise<LayersGraph> {
    try {
      return new LayersGraph(path, await loadLayersModel(io.fromMemory(artifacts)));
    } catch (error) {
      throw graphFailure(path, error);
    }
  }

  private constructor(path: string, model: LayersModel) {
    this.#path = path;
    this.#model = model;
    this.inputs = model.inputs.map(({ shape }, index) => ({
      name: model.inputNames[index] ?? '',
      shape: shape.map((size) => size ?? -1),
    }));
    this.outputs = model.outputNames;
  }

  run(inputs: NamedTensorMap, names: readonly string[]): Tensor[] {
    const ordered = this.#model.inputNames.map((name) => inputs[name]).filter((input) => input !== undefined);
    const result = guardGraph(this.#path, () => this.#model.predictOnBatch(ordered));
    const all = Array.isArray(result) ? result : [result];
    return names.map((name) => all[this.outputs.indexOf(name)]).filter((output) => output !== undefined);
  }

  nodeOf(name: string): string {
    return name;
  }

  /** Layers have no constants of their own. */
  constant(): null {
    return null;
  }

  dispose(): void {
    this.#model.dispose();
  }
}
