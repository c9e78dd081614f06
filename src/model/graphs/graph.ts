// One graph on the current backend, called by the names of its signature. What kind of file it came from does not show
// (make-graph.ts reads it); what the outputs mean is head-output.ts.

import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

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
