// Reads one graph of a model folder: model.json and its weights, each checked by the folder. It builds nothing, and
// knows no backend.

import type { io } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import type { ModelFolder } from './model-folder.ts';
import { besidePath } from './safe-path.ts';
import { checkedWeights, weightSchema } from './weights.ts';

/** What a graph calls its inputs or outputs, and the nodes they are. */
const ports = z.record(z.string(), z.looseObject({ name: z.string() })).optional();

const modelJsonSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  signature: z.looseObject({ inputs: ports, outputs: ports }).optional(),
  userDefinedMetadata: z.record(z.string(), z.unknown()).optional(),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
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

/** @throws Failure `model-not-found`, `model-hash`, `model-invalid`. */
export async function readGraph(folder: ModelFolder, path: string): Promise<GraphFiles> {
  const parsed = check(modelJsonSchema, await folder.readJson(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw broken(path, `${issue?.path.map(String).join('.')}: ${issue?.message}`);
  }
  const { format, modelTopology, signature, userDefinedMetadata, weightsManifest } = parsed.data;
  const shards = weightsManifest.flatMap(({ paths }) => paths.map((shard) => folder.read(besidePath(path, shard))));
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const weightData = checkedWeights(path, weightSpecs, await Promise.all(shards));
  return {
    path,
    kind: format === 'layers-model' || 'model_config' in modelTopology ? 'layers' : 'graph',
    artifacts: {
      modelTopology,
      ...(signature === undefined ? {} : { signature }),
      ...(userDefinedMetadata === undefined
        ? {}
        : { userDefinedMetadata: userDefinedMetadata as Record<string, object> }),
      weightSpecs: weightSpecs as unknown as io.WeightsManifestEntry[],
      weightData,
    },
  };
}

function broken(path: string, what: string): Failure {
  return new Failure('model-invalid', `The model's file ${path} can't be used: ${what}. Export the model anew.`);
}
