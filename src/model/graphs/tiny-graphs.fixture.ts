// Very small but real graph models for tests, written as the trainer writes them, with seeded weights. They have learned
// nothing. The folder around them is tiny-model.fixture.ts.

/** P 32, stride 4 (windows of 8 cells), 8 px of context; three spacings, three classes. */
export const tiny = {
  patch: 32,
  stride: 4,
  context: 8,
  channels: 6,
  embedding: 4,
  classes: 3,
  spacings: [0.5, 1, 2],
  mean: [0.5, 0.4, 0.6],
  std: [0.25, 0.3, 0.2],
} as const;

const cells = tiny.patch / tiny.stride;

export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function makeWeight(name: string, shape: readonly number[], seed: number, scale: number, offset = 0): Weight {
  let state = seed * 7919 + 17;
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * scale + offset;
  });
  return { name, shape, values };
}

const { patch, stride, channels, embedding, classes, spacings } = tiny;
/** The weights; the encoder sees one feature cell around each cell, so that context matters. */
export const weights = {
  patchify: makeWeight('patchify', [stride, stride, 3, channels], 1, 0.6),
  mix: makeWeight('mix', [3, 3, channels, channels], 2, 0.3),
  mixBias: makeWeight('mix_bias', [channels], 3, 0.5, 3),
  project: makeWeight('project', [1, 1, channels, embedding], 4, 1),
  projectMixing: makeWeight('project', [3, 3, channels, embedding], 5, 1),
  heads: spacings.map((_, m) => makeWeight(`head_${m}`, [channels, classes], 10 + m, 0.6)),
  fused: makeWeight('fused', [channels * spacings.length, classes], 20, 0.6),
};

type Attr = Record<string, unknown>;
const text = (value: string): Attr => ({ s: Buffer.from(value).toString('base64') });
const ints = (...values: number[]): Attr => ({ list: { i: values.map(String) } });
const float: Attr = { type: 'DT_FLOAT' };
const node = (name: string, op: string, input: string[], attr: Attr = {}) => ({
  name,
  op,
  input,
  attr: { T: float, ...attr },
});
const placeholder = (name: string, dims: number[]) => ({
  name,
  op: 'Placeholder',
  attr: { dtype: float, shape: { shape: { dim: dims.map((size) => ({ size: String(size) })) } } },
});
const constant = (name: string) => ({ name, op: 'Const', attr: { dtype: float } });
const convAttr = (step: number, padding: string): Attr => ({
  strides: ints(1, step, step, 1),
  dilations: ints(1, 1, 1, 1),
  padding: text(padding),
  data_format: text('NHWC'),
  use_cudnn_on_gpu: { b: true },
});

/** Bytes by path. */
export interface Files {
  [path: string]: Uint8Array<ArrayBuffer>;
}

function graphFiles(
  folder: string,
  nodes: unknown[],
  used: readonly Weight[],
  axes: Record<string, number[]>,
  signature: unknown,
): Files {
  const integers = Object.entries(axes).map(([name, values]) => ({ name, values }));
  const specs = [
    ...used.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
    ...integers.map(({ name, values }) => ({ name, shape: [values.length], dtype: 'int32' })),
  ];
  const bytes = Buffer.concat([
    ...used.map(({ values }) => Buffer.from(values.buffer)),
    ...integers.map(({ values }) => Buffer.from(Int32Array.from(values).buffer)),
  ]);
  const json = {
    format: 'graph-model',
    modelTopology: { node: nodes, library: {}, versions: { producer: 1 } },
    signature,
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: specs }],
  };
  return { [`${folder}model.json`]: bytesOf(json), [`${folder}group1-shard1of1.bin`]: Uint8Array.from(bytes) };
}

const named = (name: string) => ({ name: `${name}:0` });

export function encoderFiles(): Files {
  const nodes = [
    placeholder('pixels', [-1, -1, -1, 3]),
    constant('patchify'),
    constant('mix'),
    constant('mix_bias'),
    node('cells', 'Conv2D', ['pixels', 'patchify'], convAttr(stride, 'VALID')),
    node('mixed', '_FusedConv2D', ['cells', 'mix', 'mix_bias'], {
      ...convAttr(1, 'SAME'),
      fused_ops: { list: { s: [text('BiasAdd').s, text('Relu').s] } },
      num_args: { i: '1' },
      epsilon: { f: 0 },
    }),
    node('features', 'Identity', ['mixed']),
  ];
  const signature = { inputs: { pixels: named('pixels') }, outputs: { features: named('features') } };
  return graphFiles('encoder/', nodes, [weights.patchify, weights.mix, weights.mixBias], {}, signature);
}

export function headFiles(mixing: boolean): Files {
  const each = spacings.map((_, m) => m);
  const keep = (value: boolean): Attr => ({ keep_dims: { b: value }, Tidx: { type: 'DT_INT32' } });
  const product: Attr = { transpose_a: { b: false }, transpose_b: { b: false } };
  const nodes = [
    ...each.map((m) => placeholder(`input_${m}`, [-1, cells, cells, channels])),
    constant('project'),
    constant('fused'),
    ...each.map((m) => constant(`head_${m}`)),
    ...['space', 'last', 'one'].map((name) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_INT32' } } })),
    ...each.flatMap((m) => [
      node(`mean_${m}`, 'Mean', [`input_${m}`, 'space'], keep(false)),
      node(`logits_${m}`, 'MatMul', [`mean_${m}`, `head_${m}`], product),
      node(`projected_${m}`, 'Conv2D', [`input_${m}`, 'project'], convAttr(1, 'SAME')),
      node(`squares_${m}`, 'Mul', [`projected_${m}`, `projected_${m}`]),
      node(`lengths_${m}`, 'Sum', [`squares_${m}`, 'last'], keep(true)),
      node(`scales_${m}`, 'Rsqrt', [`lengths_${m}`]),
      node(`embeddings_${m}`, 'Mul', [`projected_${m}`, `scales_${m}`]),
    ]),
    node('joined', 'ConcatV2', [...each.map((m) => `mean_${m}`), 'one'], {
      N: { i: String(each.length) },
      Tidx: { type: 'DT_INT32' },
    }),
    node('logits', 'MatMul', ['joined', 'fused'], product),
    node(
      'logits_per_magnification',
      'Pack',
      each.map((m) => `logits_${m}`),
      { N: { i: String(each.length) }, axis: { i: '1' } },
    ),
  ];
  const outputs = ['logits', 'logits_per_magnification', ...each.map((m) => `embeddings_${m}`)];
  const signature = {
    inputs: Object.fromEntries(each.map((m) => [`input_${m}`, named(`input_${m}`)])),
    outputs: Object.fromEntries(outputs.map((name) => [name, named(name)])),
  };
  return graphFiles(
    'head/',
    nodes,
    [mixing ? weights.projectMixing : weights.project, weights.fused, ...weights.heads],
    { space: [1, 2], last: [3], one: [1] },
    signature,
  );
}

/** A single graph that takes whole patches: per spacing the mean colour times a matrix, summed; softmax if asked. */
export function wholePatchFiles({ softmax }: { softmax: boolean }): Files {
  const each = spacings.map((_, m) => m);
  const colour = spacings.map((_, m) => makeWeight(`colour_${m}`, [3, classes], 30 + m, 4));
  const nodes = [
    ...each.map((m) => placeholder(`view_${m}`, [-1, patch, patch, 3])),
    ...each.map((m) => constant(`colour_${m}`)),
    { name: 'space', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
    ...each.flatMap((m) => [
      node(`mean_${m}`, 'Mean', [`view_${m}`, 'space'], { keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } }),
      node(`part_${m}`, 'MatMul', [`mean_${m}`, `colour_${m}`], {
        transpose_a: { b: false },
        transpose_b: { b: false },
      }),
    ]),
    node(
      'sum',
      'AddN',
      each.map((m) => `part_${m}`),
      { N: { i: String(each.length) } },
    ),
    softmax ? node('answer', 'Softmax', ['sum']) : node('answer', 'Identity', ['sum']),
  ];
  const signature = {
    inputs: Object.fromEntries(each.map((m) => [`view_${m}`, named(`view_${m}`)])),
    outputs: { answer: named('answer') },
  };
  return graphFiles('', nodes, colour, { space: [1, 2] }, signature);
}

export function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
