// Runs the head for any number of patches: in batches of the sizes that the backend likes, all handed to the device before
// the first is read back, so that it never waits for us.

import { type NamedTensorMap, tidy } from '@tensorflow/tfjs-core';
import { onBackend } from '../backends/backend.ts';
import type { Backend } from '../model-info.ts';
import { metered } from '../work-meter.ts';
import type { Graph } from './graph.ts';
import type { HeadTensors } from './head-output.ts';

/** Some of the patches: from which on, how many, and how many rows the head is given; what is filled up does not count. */
export interface HeadBatch {
  readonly from: number;
  readonly patches: number;
  readonly rows: number;
}

export interface HeadRunnerParts {
  readonly backend: Backend;
  readonly head: Graph;
  /** Patches that one call takes. */
  readonly most: number;
  /** How many rows a call for so many patches is given. */
  readonly rowsFor: (patches: number) => number;
  /** Multiply-adds of a patch through the given outputs. */
  readonly cost: (outputs: readonly string[]) => number;
}

export class HeadRunner {
  readonly #parts: HeadRunnerParts;

  constructor(parts: HeadRunnerParts) {
    this.#parts = parts;
  }

  /** `inputs` makes the tensors of a batch, by the node that is fed. No tensor stays. */
  run(
    patches: number,
    outputs: readonly string[],
    inputs: (batch: HeadBatch) => NamedTensorMap,
  ): Promise<readonly HeadTensors[]> {
    const { most, rowsFor } = this.#parts;
    const batches: Promise<HeadTensors>[] = [];
    for (let from = 0; from < patches; from += most) {
      const some = Math.min(most, patches - from);
      batches.push(this.#run({ from, patches: some, rows: rowsFor(some) }, outputs, inputs));
    }
    return Promise.all(batches);
  }

  async #run(
    batch: HeadBatch,
    names: readonly string[],
    inputs: (batch: HeadBatch) => NamedTensorMap,
  ): Promise<HeadTensors> {
    const { backend, head, cost } = this.#parts;
    const outputs = await onBackend(backend, () =>
      tidy(() => {
        const given = inputs(batch);
        return metered(batch.rows * cost(names), () => head.run(given, names));
      }),
    );
    try {
      const values = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      return {
        patches: batch.patches,
        batch: batch.rows,
        values: new Map(names.map((name, index) => [name, values[index] ?? new Float32Array()])),
      };
    } finally {
      for (const output of outputs) output.dispose();
    }
  }
}
