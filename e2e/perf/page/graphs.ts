// Graphs of a model folder for the naive loop: as a Keras model that nobody optimised computes them, every convolution,
// batch norm and activation an operation of its own. The numbers stay those of the fused graph.

import type { io } from '@tensorflow/tfjs-core';
import type { GraphFiles } from '../../../src/model/folder/graph-files.ts';

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Record<string, unknown>;
}

type Entry = io.WeightsManifestEntry;

/** The same graph with what was fused taken apart again. */
export function unfused({ artifacts }: GraphFiles): io.ModelArtifacts {
  const { node: nodes } = artifacts.modelTopology as { node: readonly GraphNode[] };
  const bytes = new Weights(artifacts);
  const out = nodes.flatMap((node) => takeApart(node, bytes));
  return {
    ...artifacts,
    modelTopology: { ...artifacts.modelTopology, node: out },
    weightSpecs: bytes.specs,
    weightData: bytes.data(),
  };
}

function takeApart(node: GraphNode, weights: Weights): GraphNode[] {
  const fused = fusedOps(node);
  if (fused.length === 0) return [node];
  const [x = '', kernel = '', bias = ''] = node.input ?? [];
  const activation = fused[1];
  const dense = node.op === '_FusedMatMul';
  const plainOp = {
    _FusedConv2D: 'Conv2D',
    FusedDepthwiseConv2dNative: 'DepthwiseConv2dNative',
    _FusedMatMul: 'MatMul',
  };
  const op = plainOp[node.op as keyof typeof plainOp];
  const plain = `${node.name}/plain`;
  const normed = activation === undefined ? node.name : `${node.name}/normed`;
  const attr = node.attr ?? {};
  const parts: GraphNode[] = [{ name: plain, op, input: [x, kernel], attr }];
  if (dense) parts.push({ name: normed, op: 'BiasAdd', input: [plain, bias], attr });
  else {
    const [one, zero] = [weights.constantLike(bias, 1), weights.constantLike(bias, 0)];
    parts.push(...one.nodes, ...zero.nodes, {
      name: normed,
      op: 'FusedBatchNormV3',
      input: [plain, one.name, bias, zero.name, one.name],
      attr: { T: attr.T, epsilon: { f: 0 }, data_format: attr.data_format, is_training: { b: false } },
    });
  }
  if (activation !== undefined) parts.push({ name: node.name, op: activation, input: [normed], attr: { T: attr.T } });
  return parts;
}

function fusedOps({ op, attr }: GraphNode): string[] {
  if (!['_FusedConv2D', 'FusedDepthwiseConv2dNative', '_FusedMatMul'].includes(op)) return [];
  const list = (attr?.fused_ops as { list?: { s?: string[] } } | undefined)?.list?.s ?? [];
  return list.map((text) => atob(text));
}

/** The weights of a graph, and constants added to them. */
class Weights {
  readonly specs: Entry[];
  readonly #before: readonly ArrayBuffer[];
  readonly #added: Float32Array[] = [];
  readonly #names = new Set<string>();

  constructor({ weightSpecs = [], weightData = [] }: io.ModelArtifacts) {
    this.specs = [...weightSpecs];
    this.#before = Array.isArray(weightData) ? weightData : [weightData as ArrayBuffer];
  }

  /** A constant of the shape of `name`, `value` all over; its node only the first time. */
  constantLike(name: string, value: number): { name: string; nodes: GraphNode[] } {
    const [length = 0] = this.specs.find((spec) => spec.name === name)?.shape ?? [];
    const constant = `all_${value}_${length}`;
    if (this.#names.has(constant)) return { name: constant, nodes: [] };
    this.#names.add(constant);
    this.specs.push({ name: constant, shape: [length], dtype: 'float32' });
    this.#added.push(new Float32Array(length).fill(value));
    const tensor = { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: String(length) }] } };
    const attr = { dtype: { type: 'DT_FLOAT' }, value: { tensor } };
    return { name: constant, nodes: [{ name: constant, op: 'Const', attr }] };
  }

  data(): ArrayBuffer[] {
    return [...this.#before, ...this.#added.map(({ buffer }) => buffer as ArrayBuffer)];
  }
}
