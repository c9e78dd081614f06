// A real, very small model for tests: graph models as the trainer writes them, with seeded weights, and an independent,
// straightforward computation of the same network to hold the runtime against. It has learned nothing.

import { createHash } from 'node:crypto';

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

interface Weight {
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

const { patch, stride, context, channels, embedding, classes, spacings, mean, std } = tiny;
/** The weights; the encoder sees one feature cell around each cell, so that context matters. */
const weights = {
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

interface Files {
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

function encoderFiles(): Files {
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

function headFiles(mixing: boolean): Files {
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

export interface ReferenceAnswer {
  readonly logits: number[];
  readonly logitsPerMagnification: number[][];
  /** One a spacing: cells^2 x embedding. */
  readonly embeddings: number[][];
}

/** The network by plain loops: `inputs` are RGB rasters of P + 2c px a side, finest first. */
export function referenceAnswer(inputs: readonly Uint8Array[]): ReferenceAnswer {
  const means: number[][] = [];
  const embeddings: number[][] = [];
  for (const rgb of inputs) {
    const window = referenceWindow(rgb);
    means.push(
      Array.from({ length: channels }, (_, c) => window.reduce((sum, cell) => sum + (cell[c] ?? 0), 0) / window.length),
    );
    embeddings.push(
      window.flatMap((cell) => {
        const z = product(cell, weights.project);
        const length = Math.hypot(...z);
        return z.map((value) => value / length);
      }),
    );
  }
  return {
    logits: product(means.flat(), weights.fused),
    logitsPerMagnification: means.map((one, m) => product(one, weights.heads[m] ?? weights.fused)),
    embeddings,
  };
}

/** Features of the patch's own cells, row-major. */
function referenceWindow(rgb: Uint8Array): number[][] {
  const side = patch + 2 * context;
  const grid = side / stride;
  const coarse: number[][] = [];
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const values: number[] = [];
      for (let y = 0; y < stride; y++) {
        for (let x = 0; x < stride; x++) {
          for (let c = 0; c < 3; c++) {
            const byte = rgb[((row * stride + y) * side + column * stride + x) * 3 + c] ?? 0;
            values.push((byte / 255 - (mean[c] ?? 0)) / (std[c] ?? 1));
          }
        }
      }
      coarse.push(product(values, weights.patchify));
    }
  }
  const first = context / stride;
  const window: number[][] = [];
  for (let row = first; row < first + cells; row++) {
    for (let column = first; column < first + cells; column++) {
      const values: number[] = [];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) values.push(...(coarse[(row + dy) * grid + column + dx] ?? []));
      }
      window.push(
        product(values, weights.mix).map((value, c) => Math.max(0, value + (weights.mixBias.values[c] ?? 0))),
      );
    }
  }
  return window;
}

/** Row vector times the weight flattened to (inputs x outputs). */
function product(values: readonly number[], { shape, values: matrix }: Weight): number[] {
  const outputs = shape.at(-1) ?? 0;
  return Array.from({ length: outputs }, (_, o) =>
    values.reduce((sum, value, i) => sum + value * (matrix[i * outputs + o] ?? 0), 0),
  );
}

/** RGB rasters with context, one a spacing, of seeded blobs of colour. */
export function tinyInputs(seed: number): Uint8Array[] {
  const side = patch + 2 * context;
  return spacings.map((_, m) =>
    Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const x = Math.floor(i / 3) % side;
      const y = Math.floor(i / 3 / side);
      return (
        (((x * (seed + m + 3) + y * (2 * seed + 5) + (i % 3) * 60) ^ ((x * y) >> 3)) & 127) +
        ((seed * 37 + m * 53) % 128)
      );
    }),
  );
}

/** What differs from the plain manifest; `null` leaves the member out. */
export function tinyManifest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const manifest: Record<string, unknown> = {
    spec_version: '1.0',
    architecture: 'dsml',
    num_classes: classes,
    class_names: ['stroma', 'gland', 'fat'],
    patch_size_pixels: patch,
    spacing_um_px: spacings[0],
    transform: [{ name: 'ToTensor' }, { name: 'Normalize', arguments: { mean, std } }],
    x_id: 'tiny',
    x_title: 'Tiny',
    x_version: '0.1.0',
    x_class_colors: ['#9aa0a6', '#2e7d32', '#c62828'],
    x_dsml: {
      spacings_um_px: spacings,
      feature_stride: stride,
      context_pixels: context,
      padding: 'reflect',
      encoders: ['encoder/model.json'],
      head: 'head/model.json',
    },
    x_calibration: { temperature: 1.5, per_magnification: [1.2, 1.3, 1.4], uncertain_below: 0.6 },
    x_golden: { file: 'golden.json', tolerance: 0.001 },
    ...changes,
  };
  return Object.fromEntries(Object.entries(manifest).filter(([, value]) => value !== null));
}

/**
 * The folder's files. `changes` go into the manifest; sums are stated unless `changes.x_files` says otherwise. `mixing`:
 * embeddings that look at neighbouring cells too (the golden outputs do not).
 */
export function tinyFolder(changes: Record<string, unknown> = {}, { mixing = false } = {}): Files {
  const files: Files = { ...encoderFiles(), ...headFiles(mixing), 'golden.json': bytesOf(tinyGolden([1, 2, 3])) };
  const sums = Object.entries(files).map(([path, bytes]) => [
    path,
    `sha256-${createHash('sha256').update(bytes).digest('hex')}`,
  ]);
  return { ...files, 'manifest.json': bytesOf(tinyManifest({ x_files: Object.fromEntries(sums), ...changes })) };
}

export function tinyGolden(seeds: readonly number[]): unknown {
  const cases = seeds.map((seed) => {
    const inputs = tinyInputs(seed);
    const { logits, embeddings } = referenceAnswer(inputs);
    const powers = logits.map(Math.exp);
    const total = powers.reduce((a, b) => a + b, 0);
    return {
      inputs: inputs.map((input) => Buffer.from(input).toString('base64')),
      logits,
      probabilities: powers.map((power) => power / total),
      embeddings: embeddings.map((values) => values.slice(0, 64)),
    };
  });
  return { cases };
}

/** The files as a folder picker gives them. */
export function pickedFiles(files: Files, folder = 'tiny'): File[] {
  return Object.entries(files).map(([path, bytes]) => {
    const file = new File([bytes], path.split('/').at(-1) ?? path);
    Object.defineProperty(file, 'webkitRelativePath', { value: `${folder}/${path}` });
    return file;
  });
}

/** A single graph that takes whole patches: per spacing the mean colour times a matrix, summed; softmax if asked. */
export function wholePatchFolder({ softmax }: { softmax: boolean }): Files {
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
  const manifest = tinyManifest({
    x_id: null,
    x_golden: null,
    x_calibration: null,
    x_dsml: { spacings_um_px: spacings, model: 'model.json' },
  });
  return { ...graphFiles('', nodes, colour, { space: [1, 2] }, signature), 'manifest.json': bytesOf(manifest) };
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
