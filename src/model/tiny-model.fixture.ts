// Model folders for tests around the graphs of tiny-graphs.fixture.ts, and an independent, straightforward computation of
// the same network to hold the runtime against.

import { createHash } from 'node:crypto';
import {
  bytesOf,
  encoderFiles,
  type Files,
  headFiles,
  tiny,
  type Weight,
  weights,
  wholePatchFiles,
} from './graphs/tiny-graphs.fixture.ts';

export { tiny };

const { patch, stride, context, channels, classes, spacings, mean, std } = tiny;
const cells = patch / stride;

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

/** The folder of a user's own model: one graph for whole patches. */
export function wholePatchFolder(options: { softmax: boolean }): Files {
  const manifest = tinyManifest({
    x_id: null,
    x_golden: null,
    x_calibration: null,
    x_dsml: { spacings_um_px: spacings, model: 'model.json' },
  });
  return { ...wholePatchFiles(options), 'manifest.json': bytesOf(manifest) };
}
