// An exported encoder as a list of layers that every runtime knows, to write it in the format of another one. Knows the
// operations that `python -m dsml export` writes for encoders, and refuses all others.

import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { GraphFiles } from '../../../../src/model/folder/graph-files.ts';
import { type GraphNode, inputName, nodesOf } from '../../../../src/model/graphs/graph-nodes.ts';

export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Padding is SAME as TensorFlow has it: the odd pixel behind. */
export interface Convolution {
  readonly kind: 'convolution' | 'depthwise';
  readonly name: string;
  readonly input: string;
  /** rows x columns x in x out; of a depthwise one rows x columns x channels x 1. */
  readonly kernel: Weights;
  readonly bias: Weights;
  readonly stride: number;
  readonly activation: 'none' | 'relu' | 'relu6';
}

export interface Addition {
  readonly kind: 'addition';
  readonly name: string;
  readonly inputs: readonly [string, string];
}

export type Layer = Convolution | Addition;

const kinds = { _FusedConv2D: 'convolution', FusedDepthwiseConv2dNative: 'depthwise' } as const;
const activations = { Relu: 'relu', Relu6: 'relu6' } as const;

/** In the order they are computed; the last one gives the features. @throws Error for an operation that is not known. */
export function layersOf({ artifacts }: GraphFiles, weights: GraphModel['weights']): Layer[] {
  const weightsOf = (name: string): Weights => {
    const [found] = weights[inputName(name)] ?? [];
    if (found === undefined) throw new Error(`The encoder has no weights ${name}.`);
    return { shape: found.shape, values: found.dataSync<'float32'>() as Float32Array };
  };
  const layers: Layer[] = [];
  for (const node of nodesOf(artifacts).values()) {
    const [first = '', second = '', third = ''] = (node.input ?? []).map(inputName);
    if (node.op === 'AddV2') layers.push({ kind: 'addition', name: node.name, inputs: [first, second] });
    else if (node.op in kinds)
      layers.push({
        kind: kinds[node.op as keyof typeof kinds],
        name: node.name,
        input: first,
        kernel: weightsOf(second),
        bias: weightsOf(third),
        stride: strideOf(node),
        activation: activationOf(node),
      });
    else if (node.op !== 'Placeholder' && node.op !== 'Const')
      throw new Error(`${node.op} can't be written for other runtimes yet.`);
  }
  return layers;
}

function strideOf({ attr }: GraphNode): number {
  const [, rows, columns] = (attr?.strides as { list?: { i?: string[] } } | undefined)?.list?.i ?? [];
  if (rows === undefined || rows !== columns) throw new Error('The strides of a convolution differ.');
  return Number(rows);
}

function activationOf({ attr }: GraphNode): Convolution['activation'] {
  const parts = (attr?.fused_ops as { list?: { s?: string[] } } | undefined)?.list?.s ?? [];
  const [, name] = parts.map((text) => atob(text));
  if (name === undefined) return 'none';
  const activation = activations[name as keyof typeof activations];
  if (activation === undefined) throw new Error(`The activation ${name} can't be written for other runtimes yet.`);
  return activation;
}

/** `values` of `shape` with its axes in another order: axis k of the result is axis `order[k]`. */
export function transposed({ shape, values }: Weights, order: readonly number[]): Weights {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const outShape = order.map((axis) => shape[axis] ?? 1);
  const out = new Float32Array(values.length);
  const index = outShape.map(() => 0);
  for (let at = 0; at < out.length; at++) {
    out[at] = values[index.reduce((sum, k, axis) => sum + k * (strides[order[axis] ?? 0] ?? 0), 0)] ?? Number.NaN;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (outShape[axis] ?? 1)) break;
      index[axis] = 0;
    }
  }
  return { shape: outShape, values: out };
}
