// Reads the nodes of a graph as its file has them, for what looks at a graph without running it. Only graphs of operations
// have nodes; a Keras model has none.

import type { io } from '@tensorflow/tfjs-core';

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

/** By name; empty for a Keras model. */
export function nodesOf({ modelTopology }: io.ModelArtifacts): ReadonlyMap<string, GraphNode> {
  const { node } = (modelTopology ?? {}) as { node?: readonly GraphNode[] };
  return new Map((node ?? []).map((one) => [one.name, one]));
}

/** The node that an input names: without its output's number and the mark of a control input. */
export function inputName(input: string): string {
  return input.replace(/^\^/, '').replace(/:\d+$/, '');
}

/** Positions that a node takes for each that it gives; 1 where its strides make no sense. */
export function strideOf({ attr }: GraphNode): number {
  const strides = (attr?.strides as { list?: { i?: string[] } } | undefined)?.list?.i ?? [];
  const [, rows = 1, columns = 1] = strides.map(Number);
  return rows >= 1 && columns >= 1 ? rows * columns : 1;
}
