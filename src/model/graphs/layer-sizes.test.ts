import { expect, test } from 'vitest';
import { widestLayer } from './layer-sizes.ts';

type Node = { name: string; op: string; input?: string[]; attr?: object };

function graph(node: readonly Node[], weights: Record<string, readonly number[]> = {}) {
  const weightSpecs = Object.entries(weights).map(([name, shape]) => ({
    name,
    shape: [...shape],
    dtype: 'float32' as const,
  }));
  return { artifacts: { modelTopology: { node: [...node] }, weightSpecs } };
}

const image: Node = { name: 'image', op: 'Placeholder' };
const halved = { strides: { list: { i: ['1', '2', '2', '1'] } } };
const kernels = { wide: [3, 3, 3, 64], deep: [3, 3, 64, 2], answer: [256, 5] };
const nodes: Node[] = [
  image,
  ...Object.keys(kernels).map((name) => ({ name, op: 'Const' })),
  { name: 'conv', op: '_FusedConv2D', input: ['image', 'wide'], attr: halved },
  { name: 'depth', op: 'FusedDepthwiseConv2dNative', input: ['conv:0', 'deep'] },
  { name: 'both', op: 'ConcatV2', input: ['depth', 'depth', 'axis'] },
  { name: 'mean', op: 'Mean', input: ['both', 'axes'] },
  { name: 'logits', op: 'MatMul', input: ['mean', 'answer'] },
];
// Of 16 x 16 px the convolution leaves 64 positions; the concatenation takes 2 x 128 channels and gives 256.
const widest = 64 * (128 + 128 + 256);

test('what a layer is given and what it gives count together', () => {
  expect(widestLayer(graph(nodes, kernels), 256, 3)).toBe(widest);
  expect(widestLayer(graph(nodes.slice(0, 5), kernels), 256, 3)).toBe(256 * 3 + 64 * 64);
});

test('the order in the file does not matter, nor does a circle or depth end anything', () => {
  expect(widestLayer(graph([...nodes].reverse(), kernels), 256, 3)).toBe(widest);
  const circle = [image, { name: 'a', op: 'AddV2', input: ['b', 'image'] }, { name: 'b', op: 'Relu', input: ['a'] }];
  expect(widestLayer(graph(circle), 4, 3)).toBeGreaterThanOrEqual(24);
  const chain = Array.from({ length: 100_000 }, (_, k) => ({
    name: `n${k}`,
    op: 'Relu',
    input: [k === 99_999 ? 'image' : `n${k + 1}`],
  }));
  expect(widestLayer(graph([...chain, image]), 4, 3)).toBe(24);
});

test('an input says how many channels it has, or is told', () => {
  const dim = [{ size: '-1' }, { size: '8' }, { size: '8' }, { size: '640' }];
  expect(widestLayer(graph([{ ...image, attr: { shape: { shape: { dim } } } }]), 64, 3)).toBe(64 * 640);
  expect(widestLayer({ artifacts: { modelTopology: { model_config: {} } } }, 64, 3)).toBe(64 * 3);
});

test('strides that make no sense make nothing larger', () => {
  const odd = { ...nodes[4], name: 'conv', op: 'Conv2D', attr: { strides: { list: { i: ['1', '0', 'x', '1'] } } } };
  expect(widestLayer(graph([...nodes.slice(0, 4), odd], kernels), 256, 3)).toBe(256 * (3 + 64));
});
