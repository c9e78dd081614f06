// Finds out whether a head sees its windows only through means over squares of their cells. Where it does, the means can be
// taken over whole regions at once, and summed up from parts: no window has to be cut. Looks at the graph, runs nothing.

import type { GraphFiles } from '../folder/graph-files.ts';
import { type GraphNode, inputName, nodesOf } from './graph-nodes.ts';

/** A mean over a square of a window's cells; `node` gives batch x channels and may be fed in the place of the window. */
export interface HeadPool {
  readonly node: string;
  readonly magnification: number;
  /** First row and column of the square. */
  readonly row: number;
  readonly column: number;
  /** Cells a side. */
  readonly side: number;
}

export interface PoolSearch {
  /** Input nodes, finest first. */
  readonly inputs: readonly string[];
  /** Output nodes that must be computed from means alone. */
  readonly outputs: readonly string[];
  readonly windowCells: number;
  /** The numbers of a constant of the graph, null when there is no such constant. */
  readonly constant: (name: string) => readonly number[] | null;
}

/** The means that `outputs` are computed from; null when they look at a window in another way as well. */
export function findPools({ artifacts }: GraphFiles, search: PoolSearch): readonly HeadPool[] | null {
  const nodes = nodesOf(artifacts);
  const pools = new Map<string, HeadPool>();
  const seen = new Set<string>();
  const onlyMeans = (name: string): boolean => {
    if (seen.has(name)) return true;
    seen.add(name);
    const node = nodes.get(name);
    if (node === undefined) return false;
    const pool = poolOf(node, nodes, search);
    if (pool !== null) {
      pools.set(name, pool);
      return true;
    }
    return node.op !== 'Placeholder' && (node.input ?? []).every((input) => onlyMeans(inputName(input)));
  };
  return search.outputs.every((output) => onlyMeans(inputName(output))) && pools.size > 0 ? [...pools.values()] : null;
}

/**
 * The node that gives the logits of each magnification alone, finest first, when `output` stacks them; null when it is
 * made in another way.
 */
export function stackedParts({ artifacts }: GraphFiles, output: string): readonly string[] | null {
  const node = nodesOf(artifacts).get(inputName(output));
  return node?.op === 'Pack' && axisOf(node) === 1 ? (node.input ?? []).map(inputName) : null;
}

function axisOf({ attr }: GraphNode): number {
  return Number((attr?.axis as { i?: string | number } | undefined)?.i ?? 0);
}

function poolOf(node: GraphNode, nodes: ReadonlyMap<string, GraphNode>, search: PoolSearch): HeadPool | null {
  const [source = '', axes = ''] = (node.input ?? []).map(inputName);
  const keepsAxes = (node.attr?.keep_dims as { b?: boolean } | undefined)?.b === true;
  if (node.op !== 'Mean' || keepsAxes || search.constant(axes)?.join() !== '1,2') return null;
  const square = squareOf(source, nodes, search);
  return square === null ? null : { node: node.name, ...square };
}

/** The square of a window that `name` is: all of an input, or a slice of one. */
function squareOf(
  name: string,
  nodes: ReadonlyMap<string, GraphNode>,
  { inputs, windowCells, constant }: PoolSearch,
): Omit<HeadPool, 'node'> | null {
  const whole = inputs.indexOf(name);
  if (whole >= 0) return { magnification: whole, row: 0, column: 0, side: windowCells };
  const node = nodes.get(name);
  const [source = '', begin = '', size = ''] = (node?.input ?? []).map(inputName);
  const magnification = inputs.indexOf(source);
  if (node?.op !== 'Slice' || magnification < 0) return null;
  const [item, row = -1, column = -1, channel] = constant(begin) ?? [];
  const [items, rows = -1, columns, channels] = constant(size) ?? [];
  const isSquare = item === 0 && channel === 0 && items === -1 && channels === -1 && rows > 0 && rows === columns;
  return isSquare && row >= 0 && column >= 0 ? { magnification, row, column, side: rows } : null;
}
