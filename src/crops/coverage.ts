// What of a level each output pixel of an axis covers, in whole numbers: the weights of an axis are counted in a unit of a
// power of two of a level pixel, fine enough that no mean moves by a thousandth of a grey level. So every sum and every
// rounding is exact, in the processor's floating point as in a GPU's integers, and both give the same bytes.

import type { FieldAxis } from './plan.ts';

/** An output pixel's weights on an axis stay below 2^this: products of two axes and a byte then fit in 53 bits. */
const weightBits = 22;

/** Per output pixel: `taps[k]` level pixels from `first[k]` on, counted from the axis's own first. */
export interface Coverage {
  readonly first: Int32Array;
  readonly taps: Int32Array;
  /** Weight of the first and of the last tap; those between them have `unit`. A single tap has `firstWeight`. */
  readonly firstWeight: Uint32Array;
  readonly lastWeight: Uint32Array;
  /** A whole level pixel. */
  readonly unit: number;
}

export function coverage({ start, ratio, count, first: from, end }: FieldAxis): Coverage {
  const unit = 2 ** Math.max(0, weightBits - Math.ceil(Math.log2(Math.max(1, ratio))));
  const limit = (end - from) * unit;
  const edge = (k: number) => Math.max(0, Math.min(limit, Math.round((start - from + k * ratio) * unit)));
  const first = new Int32Array(count);
  const taps = new Int32Array(count);
  const firstWeight = new Uint32Array(count);
  const lastWeight = new Uint32Array(count);
  for (let k = 0, low = edge(0); k < count; k++) {
    const high = edge(k + 1);
    const pixel = Math.floor(low / unit);
    const last = Math.ceil(high / unit) - 1;
    first[k] = pixel;
    taps[k] = last - pixel + 1;
    firstWeight[k] = Math.min(high, (pixel + 1) * unit) - low;
    lastWeight[k] = high - last * unit;
    low = high;
  }
  return { first, taps, firstWeight, lastWeight, unit };
}

/** Weight of tap `tap` of output pixel `k`. */
export function weightOf({ taps, firstWeight, lastWeight, unit }: Coverage, k: number, tap: number): number {
  if (tap === 0) return firstWeight[k] ?? 0;
  return tap + 1 === taps[k] ? (lastWeight[k] ?? 0) : unit;
}

/** All weights of output pixel `k`. */
export function widthOf({ taps, firstWeight, lastWeight, unit }: Coverage, k: number): number {
  const count = taps[k] ?? 0;
  const first = firstWeight[k] ?? 0;
  return count < 2 ? first : first + (count - 2) * unit + (lastWeight[k] ?? 0);
}
