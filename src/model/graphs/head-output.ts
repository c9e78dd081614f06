// Knows the head's inputs and outputs by name, whatever order the graph lists them in, and joins the batches read back
// into one answer. The names are those of the model folder's contract.

import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';
import type { HeadOutput } from '../model-runtime.ts';
import type { Graph, GraphInput } from './graph.ts';

/** One batch as read back: `patches` of `batch` rows count, the rest is filling. */
export interface HeadTensors {
  readonly patches: number;
  readonly batch: number;
  /** Outputs by name: batch x numbers a patch. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** What the manifest says of the head. */
export interface HeadExpectation {
  /** Fed by an encoder; otherwise by whole patches. */
  readonly encoded: boolean;
  readonly magnifications: number;
  readonly classes: number;
  /** Side of the windows, feature cells; of the patches, px, without an encoder. */
  readonly windowCells: number;
}

export class HeadLayout {
  /** Names, finest magnification first; empty when the head has none. */
  readonly embeddings: readonly string[];
  readonly familiarity: string | null;
  readonly logitsPerMagnification: string | null;
  readonly logits: string;
  /** Patches that the graph insists on; null when any number goes. */
  readonly fixedBatch: number | null;
  readonly classes: number;
  readonly magnifications: number;
  /** Of the feature windows; null when the graph does not say. */
  readonly inputChannels: number | null;
  readonly #inputs: readonly string[];

  /** @throws Failure `model-invalid` when inputs or outputs don't fit the manifest. */
  constructor(head: Graph, { encoded, magnifications, classes, windowCells }: HeadExpectation) {
    this.classes = classes;
    this.magnifications = magnifications;
    if (head.inputs.length !== magnifications) {
      throw new Failure(
        'model-invalid',
        `The model's graph takes ${head.inputs.length} inputs, but its manifest names ${magnifications} spacings. Mend the manifest.`,
      );
    }
    const inputs = inOrder(head.inputs);
    this.#inputs = inputs.map(({ name }) => name);
    const [batch = -1, height = -1, width = -1, channels = -1] = inputs[0]?.shape ?? [];
    if ([height, width].some((side) => side > 0 && side !== windowCells)) {
      const unit = encoded ? 'feature cells' : 'px';
      throw new Failure(
        'model-invalid',
        `The model's graph takes inputs of ${width} x ${height} ${unit}, but its manifest describes ${windowCells} x ${windowCells}. Mend the manifest.`,
      );
    }
    this.inputChannels = channels > 0 ? channels : null;
    this.fixedBatch = batch > 0 ? batch : null;
    const has = (name: string) => head.outputs.includes(name);
    const [first] = head.outputs;
    if (encoded ? !has('logits') : first === undefined) {
      throw new Failure(
        'model-invalid',
        `The model's head has no output "logits"; it has ${head.outputs.join(', ')}. Export the model anew.`,
      );
    }
    this.logits = has('logits') ? 'logits' : (first ?? '');
    this.logitsPerMagnification = has('logits_per_magnification') ? 'logits_per_magnification' : null;
    const embeddings = Array.from({ length: magnifications }, (_, index) => `embeddings_${index}`);
    this.embeddings = embeddings.every(has) ? embeddings : [];
    this.familiarity = has('familiarity') ? 'familiarity' : null;
  }

  outputNames(embeddings: boolean): string[] {
    const optional = [this.logitsPerMagnification, this.familiarity].filter((name) => name !== null);
    return [this.logits, ...optional, ...(embeddings ? this.embeddings : [])];
  }

  /** The input of one magnification alone. */
  input(windows: Tensor, magnification: number): NamedTensorMap {
    return { [this.#inputs[magnification] ?? '']: windows };
  }

  /** Names of the inputs, finest first. */
  get inputs(): readonly string[] {
    return this.#inputs;
  }

  /** Inputs, finest first, by name. */
  named(inputs: readonly Tensor[]): NamedTensorMap {
    return Object.fromEntries(inputs.map((input, index) => [this.#inputs[index] ?? '', input]));
  }
}

/**
 * Cuts the filling off and joins the batches; windows are `windowCells` a side.
 * @throws Failure `model-invalid` when an output has not the numbers that the manifest promises.
 */
export function joinOutputs(batches: readonly HeadTensors[], layout: HeadLayout, windowCells: number): HeadOutput {
  const join = (name: string) => joinRows(batches, name);
  const patches = batches.reduce((sum, batch) => sum + batch.patches, 0);
  const logits = join(layout.logits);
  if (logits.length !== patches * layout.classes) {
    throw new Failure(
      'model-invalid',
      `The model gives ${logits.length / patches} numbers a patch, but its manifest names ${layout.classes} classes. Mend the manifest.`,
    );
  }
  /** An output of `perPatch` numbers a patch; null when the head has none. */
  const optional = (name: string | null, perPatch: number): Float32Array | null => {
    const values = name === null ? null : join(name);
    if (values !== null && values.length !== patches * perPatch) {
      throw new Failure(
        'model-invalid',
        `The model's output "${name}" has ${values.length / patches} numbers a patch instead of ${perPatch}. Export the model anew.`,
      );
    }
    return values;
  };
  const hasEmbeddings = layout.embeddings.every((name) => batches.every(({ values }) => values.has(name)));
  const embeddings = hasEmbeddings ? layout.embeddings.map(join) : [];
  const embeddingSize = (embeddings[0]?.length ?? 0) / (patches * windowCells * windowCells);
  if (!Number.isInteger(embeddingSize) || embeddings.some(({ length }) => length !== embeddings[0]?.length)) {
    throw new Failure(
      'model-invalid',
      `The model's embeddings are not vectors of ${windowCells} x ${windowCells} feature cells, as many for each spacing. Export the model anew.`,
    );
  }
  return {
    logits,
    logitsPerMagnification: optional(layout.logitsPerMagnification, layout.magnifications * layout.classes),
    embeddings,
    embeddingSize,
    familiarity: optional(layout.familiarity, 1),
  };
}

/** One output of all patches, without the filling. */
export function joinRows(batches: readonly HeadTensors[], name: string): Float32Array {
  const parts = batches.map(({ patches, batch, values }) => {
    const all = values.get(name) ?? new Float32Array();
    return all.subarray(0, (all.length / batch) * patches);
  });
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Finest first: by number where all are named input_0, input_1, …; else as the graph lists them. */
function inOrder(inputs: readonly GraphInput[]): readonly GraphInput[] {
  const numbers = inputs.map(({ name }) => Number(/^input_(\d+)(?::0)?$/.exec(name)?.[1] ?? Number.NaN));
  if (numbers.some(Number.isNaN)) return inputs;
  return inputs
    .map((input, index) => ({ input, number: numbers[index] ?? 0 }))
    .sort((a, b) => a.number - b.number)
    .map(({ input }) => input);
}
