// Reads one graph of a model folder: model.json and its weights, each checked by the folder. It builds nothing, and
// knows no backend.

import type { io } from '@tensorflow/tfjs-core';
import { ByteAllowance } from '../../lib/bounded-body.ts';
import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import type { ModelFolder } from './model-folder.ts';
import { besidePath } from './safe-path.ts';
import { checkedWeights, type WeightSpec, weightBytes, weightSchema } from './weights.ts';

/** What a graph calls its inputs or outputs, and the nodes they are. */
const ports = z.record(z.string(), z.looseObject({ name: z.string() })).optional();

/** Far more than any export makes; each is a request. */
const MOST_SHARDS = 4096;

const modelJsonSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  signature: z.looseObject({ inputs: ports, outputs: ports }).optional(),
  userDefinedMetadata: z.record(z.string(), z.unknown()).optional(),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()).max(MOST_SHARDS),
      weights: z.array(weightSchema),
    }),
  ),
});

/** A graph's files, read but on no device yet: building it again on another backend needs no further reading. */
export interface GraphFiles {
  readonly path: string;
  /** A graph of operations, or the layers that Keras saves. */
  readonly kind: 'graph' | 'layers';
  readonly artifacts: io.ModelArtifacts;
}

/** What a graph says of itself, before any of its weights are read. */
export interface GraphOutline extends GraphFiles {
  readonly specs: readonly WeightSpec[];
  /** Files of the weights, in order. */
  readonly shards: readonly string[];
}

/** Outline and weights. @throws Failure `model-not-found`, `model-hash`, `model-invalid`. */
export async function readGraph(folder: ModelFolder, path: string): Promise<GraphFiles> {
  return readWeights(folder, await readOutline(folder, path));
}

/** @throws Failure `model-not-found`, `model-hash`, `model-invalid`. */
export async function readOutline(folder: ModelFolder, path: string): Promise<GraphOutline> {
  const parsed = check(modelJsonSchema, await folder.readJson(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw broken(path, `${issue?.path.map(String).join('.')}: ${issue?.message}`);
  }
  const { format, modelTopology, signature, userDefinedMetadata, weightsManifest } = parsed.data;
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  return {
    path,
    kind: format === 'layers-model' || 'model_config' in modelTopology ? 'layers' : 'graph',
    specs,
    shards: weightsManifest.flatMap(({ paths }) => paths.map((shard) => besidePath(path, shard))),
    artifacts: {
      modelTopology,
      ...(signature === undefined ? {} : { signature }),
      ...(userDefinedMetadata === undefined
        ? {}
        : { userDefinedMetadata: userDefinedMetadata as Record<string, object> }),
      weightSpecs: specs as unknown as io.WeightsManifestEntry[],
    },
  };
}

/** No more is read than the outline's shapes need. @throws Failure `model-not-found`, `model-hash`, `model-invalid`. */
export async function readWeights(
  folder: ModelFolder,
  { path, kind, artifacts, specs, shards }: GraphOutline,
): Promise<GraphFiles> {
  const allowance = new ByteAllowance(weightBytes(specs).stored);
  const read = await Promise.all(shards.map((shard) => folder.read(shard, allowance)));
  return { path, kind, artifacts: { ...artifacts, weightData: checkedWeights(path, specs, read) } };
}

function broken(path: string, what: string): Failure {
  return new Failure('model-invalid', `The model's file ${path} can't be used: ${what}. Export the model anew.`);
}
