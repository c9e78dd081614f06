// How large the layers of a graph grow, from its shapes alone, before anything is built. An estimate: layers that enlarge
// what they are given (resizing, padding, tiling) count as if they did not. Pure.

import type { GraphFiles } from '../folder/graph-files.ts';
import { type GraphNode, inputName, nodesOf, strideOf } from './graph-nodes.ts';

/** Of what a node gives for one item of a batch. */
interface Size {
  readonly positions: number;
  readonly channels: number;
}

const nothing: Size = { positions: 0, channels: 0 };

/**
 * Numbers that the widest layer of the graph has for one item of `positions` spatial positions: what it is given and what
 * it gives. `channels`: of inputs whose graph does not say. Of a Keras model, whose file has no nodes, the input alone.
 */
export function widestLayer({ artifacts }: Pick<GraphFiles, 'artifacts'>, positions: number, channels: number): number {
  const nodes = nodesOf(artifacts);
  const shapes = new Map((artifacts.weightSpecs ?? []).map(({ name, shape }) => [name, shape]));
  const sizes = new Map<string, Size>();
  let widest = positions * channels;
  for (const node of inOrder(nodes)) {
    if (shapes.has(node.name)) continue;
    const inputs = (node.input ?? []).map((input) => sizes.get(inputName(input)) ?? nothing);
    const size =
      node.op === 'Placeholder'
        ? { positions, channels: channelsOf(node) ?? channels }
        : sizeAfter(node, inputs, shapes.get(inputName(node.input?.[1] ?? '')) ?? []);
    sizes.set(node.name, size);
    widest = Math.max(widest, numbersIn([...inputs, size]));
  }
  return widest;
}

/** Every node after those it takes; of a circle, which no sound graph has, in some order. Hostile depth ends no stack. */
function inOrder(nodes: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const ordered: GraphNode[] = [];
  const seen = new Set<string>();
  for (const start of nodes.values()) {
    const waiting = [{ node: start, done: false }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, done } = next;
      if (done) ordered.push(node);
      if (done || seen.has(node.name)) continue;
      seen.add(node.name);
      waiting.push({ node, done: true });
      for (const input of node.input ?? []) {
        const before = nodes.get(inputName(input));
        if (before !== undefined && !seen.has(before.name)) waiting.push({ node: before, done: false });
      }
    }
  }
  return ordered;
}

function sizeAfter(node: GraphNode, inputs: readonly Size[], kernel: readonly number[]): Size {
  const largest = inputs.reduce((most, one) => (numbersIn([one]) > numbersIn([most]) ? one : most), nothing);
  if (node.op === 'Mean') return { positions: 1, channels: largest.channels };
  if (/Concat/.test(node.op)) {
    return { positions: largest.positions, channels: inputs.reduce((sum, { channels }) => sum + channels, 0) };
  }
  const positions = largest.positions / strideOf(node);
  if (/Depthwise/.test(node.op)) return { positions, channels: (kernel[2] ?? 0) * (kernel[3] ?? 1) };
  if (/Conv2d?|MatMul/i.test(node.op)) return { positions, channels: kernel.at(-1) ?? largest.channels };
  return { positions, channels: largest.channels };
}

function numbersIn(sizes: readonly Size[]): number {
  return sizes.reduce((sum, { positions, channels }) => sum + positions * channels, 0);
}

/** The last dimension that a Placeholder states. */
function channelsOf({ attr }: GraphNode): number | null {
  const { shape } = (attr?.shape ?? {}) as { shape?: { dim?: readonly { size?: unknown }[] } };
  const stated = Number(shape?.dim?.at(-1)?.size ?? Number.NaN);
  return stated > 0 ? stated : null;
}
