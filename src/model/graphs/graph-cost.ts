// What a graph costs: multiply-adds of its convolutions and matrix products, from its shapes alone. Pure.

import type { GraphFiles } from '../folder/graph-files.ts';
import { type GraphNode, inputName, nodesOf, strideOf } from './graph-nodes.ts';

/**
 * Multiply-adds behind `outputs` (node names) for inputs of `positions` spatial positions each, a batch of one: 1 gives
 * the cost of an encoder a pixel, windowCells^2 that of a head a patch.
 */
export function multiplyAdds({ artifacts }: GraphFiles, outputs: readonly string[], positions: number): number {
  const nodes = nodesOf(artifacts);
  const shapes = new Map((artifacts.weightSpecs ?? []).map(({ name, shape }) => [name, shape]));
  const counted = new Map<string, number>();
  let total = 0;
  /** Spatial positions that the node gives. */
  const visit = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    const node = nodes.get(name);
    if (node === undefined || shapes.has(name)) return 0;
    const inputs = (node.input ?? []).map((input) => visit(inputName(input)));
    const given = node.op === 'Placeholder' ? positions : positionsAfter(node, Math.max(0, ...inputs));
    counted.set(name, given);
    if (/Conv2d?|MatMul/i.test(node.op)) {
      const kernel = shapes.get(inputName(node.input?.[1] ?? '')) ?? [];
      total += given * kernel.reduce((product, side) => product * side, 1);
    }
    return given;
  };
  for (const output of outputs) visit(inputName(output));
  return total;
}

function positionsAfter(node: GraphNode, before: number): number {
  return node.op === 'Mean' ? 1 : before / strideOf(node);
}
