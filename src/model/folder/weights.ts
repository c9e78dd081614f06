// Holds the weights of a graph to what its model.json says of them before anything is built: as many bytes as the shapes
// need, and numbers that are numbers. TF.js itself would compute with whatever there is.

import { Failure } from '../../lib/failure.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import { z } from '../../lib/schema.ts';

const bytesPerValue = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 } as const;
const quantizations = ['uint8', 'uint16', 'float16'] as const;

export const weightSchema = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().nonnegative()).max(8),
  dtype: z.enum(['float32', 'int32', 'bool', 'complex64']),
  quantization: z
    .looseObject({ dtype: z.enum(quantizations), scale: z.number().optional(), min: z.number().optional() })
    .optional(),
});

export type WeightSpec = z.infer<typeof weightSchema>;

/** Bytes of the weights as they lie in the files, and as tensors, where quantised ones are float32 again. */
export function weightBytes(specs: readonly WeightSpec[]): { readonly stored: number; readonly unpacked: number } {
  return {
    stored: specs.reduce((sum, spec) => sum + byteLength(spec), 0),
    unpacked: specs.reduce((sum, { shape, dtype }) => sum + byteLength({ shape, dtype }), 0),
  };
}

/**
 * The shards as one buffer, in which the weights lie one after the other.
 * @throws Failure `model-invalid` when they are not as long as `specs` need, or hold NaN or infinite numbers.
 */
export function checkedWeights(
  path: string,
  specs: readonly WeightSpec[],
  shards: readonly Uint8Array<ArrayBuffer>[],
): ArrayBuffer {
  const { stored: stated } = weightBytes(specs);
  const found = shards.reduce((sum, { length }) => sum + length, 0);
  if (stated !== found) {
    throw broken(path, `they have ${found} bytes, but its shapes need ${stated}`);
  }
  const buffer = joined(shards);
  let start = 0;
  for (const spec of specs) {
    const end = start + byteLength(spec);
    if (!areFinite(spec, buffer, start, end)) throw broken(path, `"${spec.name}" holds numbers that are not finite`);
    start = end;
  }
  return buffer;
}

function byteLength({ shape, dtype, quantization }: Pick<WeightSpec, 'shape' | 'dtype' | 'quantization'>): number {
  return shape.reduce((product, size) => product * size, bytesPerValue[quantization?.dtype ?? dtype]);
}

function joined(shards: readonly Uint8Array<ArrayBuffer>[]): ArrayBuffer {
  const [first] = shards;
  if (shards.length === 1 && first?.byteLength === first?.buffer.byteLength) return first?.buffer ?? new ArrayBuffer();
  return joinBytes(shards).buffer;
}

function areFinite({ dtype, quantization }: WeightSpec, buffer: ArrayBuffer, start: number, end: number): boolean {
  const stored = quantization?.dtype ?? dtype;
  if (stored === 'float16') {
    // All bits of the exponent set: NaN or infinite.
    return new Uint16Array(buffer.slice(start, end)).every((half) => (half & 0x7c00) !== 0x7c00);
  }
  if (quantization !== undefined) return Number.isFinite((quantization.scale ?? 1) + (quantization.min ?? 0));
  if (stored !== 'float32' && stored !== 'complex64') return true;
  return floatsOf(buffer, start, end).every(Number.isFinite);
}

/** Copied only where they don't lie at a multiple of their size: they may be most of what memory there is. */
function floatsOf(buffer: ArrayBuffer, start: number, end: number): Float32Array {
  return start % 4 === 0
    ? new Float32Array(buffer, start, (end - start) / 4)
    : new Float32Array(buffer.slice(start, end));
}

function broken(path: string, what: string): Failure {
  return new Failure(
    'model-invalid',
    `The model's weights for ${path} can't be used: ${what}. Get the whole folder again, or export the model anew.`,
  );
}
