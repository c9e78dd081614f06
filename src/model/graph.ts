// One TF.js graph out of a model folder: reads model.json and its weights (each checked by the folder), builds it on the
// current backend, and calls it by the names of its signature.

import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import type { io, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { Failure } from '../lib/failure.ts';
import type { ModelFolder } from './model-folder.ts';
import { besidePath } from './safe-path.ts';

const modelJsonSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  signature: z.record(z.string(), z.unknown()).optional(),
  userDefinedMetadata: z.record(z.string(), z.unknown()).optional(),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.looseObject({ name: z.string(), shape: z.array(z.int()), dtype: z.string() })),
    }),
  ),
});

/** A graph's files, read but on no device yet: building it again on another backend needs no further reading. */
export interface GraphFiles {
  readonly path: string;
  readonly artifacts: io.ModelArtifacts;
}

/** @throws Failure `model-not-found`, `model-hash`, `model-invalid`. */
export async function readGraph(folder: ModelFolder, path: string): Promise<GraphFiles> {
  const parsed = modelJsonSchema.safeParse(await folder.readJson(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw broken(path, `${issue?.path.map(String).join('.')}: ${issue?.message}`);
  }
  const { format, modelTopology, signature, userDefinedMetadata, weightsManifest } = parsed.data;
  if (format === 'layers-model' || !('node' in modelTopology)) {
    throw broken(
      path,
      'it is a layers model; convert it to a graph model with tensorflowjs_converter --output_format=tfjs_graph_model',
    );
  }
  const shards = weightsManifest.flatMap(({ paths }) => paths.map((shard) => folder.read(besidePath(path, shard))));
  const weightData = (await Promise.all(shards)).map(({ buffer }) => buffer);
  return {
    path,
    artifacts: {
      modelTopology,
      ...(signature === undefined ? {} : { signature }),
      ...(userDefinedMetadata === undefined
        ? {}
        : { userDefinedMetadata: userDefinedMetadata as Record<string, object> }),
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights) as unknown as io.WeightsManifestEntry[],
      weightData,
    },
  };
}

export interface GraphInput {
  readonly name: string;
  /** -1 where any size goes; null when the graph does not say. */
  readonly shape: readonly number[] | null;
}

/** A graph on the backend that was current when it was made. */
export class Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly #model: GraphModel<io.IOHandlerSync>;
  readonly #path: string;

  /** @throws Failure `model-invalid`. */
  constructor({ path, artifacts }: GraphFiles) {
    this.#path = path;
    this.#model = guard(path, () => loadGraphModelSync({ load: () => artifacts }));
    const signature = this.#model.modelSignature as { inputs?: object; outputs?: object } | undefined;
    const shapes = new Map(this.#model.inputs.map(({ name, shape }) => [name.split(':')[0], shape ?? null]));
    const names =
      signature?.inputs === undefined ? null : Object.entries(signature.inputs as Record<string, { name: string }>);
    this.inputs =
      names?.map(([name, node]) => ({ name, shape: shapes.get(node.name.split(':')[0]) ?? null })) ??
      this.#model.inputs.map(({ name, shape }) => ({ name, shape: shape ?? null }));
    this.outputs = signature?.outputs === undefined ? this.#model.outputNodes : Object.keys(signature.outputs);
  }

  /** Outputs in the order of `names`; the caller disposes them. @throws Failure `model-invalid` when the graph can't run. */
  run(inputs: NamedTensorMap, names: readonly string[]): Tensor[] {
    const result = guard(this.#path, () => this.#model.execute(inputs, [...names]));
    return Array.isArray(result) ? result : [result];
  }

  dispose(): void {
    this.#model.dispose();
  }
}

function guard<T>(path: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) {
      throw new Failure(
        'out-of-memory',
        `The memory was not enough to run the model (${what}). Close other tabs and try again.`,
        { cause: error },
      );
    }
    throw new Failure('model-invalid', `The model's graph ${path} can't be run: ${what}`, { cause: error });
  }
}

function broken(path: string, what: string): Failure {
  return new Failure('model-invalid', `The model's file ${path} can't be used: ${what}.`);
}
