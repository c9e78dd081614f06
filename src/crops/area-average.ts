// Brings a rectangle of level pixels to its size: each output pixel is the mean of the level's pixels weighted by how
// much of each it covers, rounded half to even. Pure, and on the path of every run, so it allocates nothing per pixel.

import { type Coverage, coverage, weightOf, widthOf } from './coverage.ts';
import type { FieldAxis } from './plan.ts';

/** RGBA rows. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Averages `source`, the level's pixels [x.first, x.end) x [y.first, y.end), to x.count by y.count pixels. Where the
 * axes lie on whole pixels at ratio 1 this is the source itself (and not a copy).
 */
export function areaAverage(source: Pixels, x: FieldAxis, y: FieldAxis): Pixels {
  if (isWhole(x) && isWhole(y)) {
    return x.ratio === 1 && y.ratio === 1 ? source : averageBlocks(source, x, y);
  }
  const sums = new Float64Array(source.width * 3);
  const data = new Uint8ClampedArray(4 * x.count * y.count);
  const across = coverage(x);
  const down = coverage(y);
  for (let row = 0; row < y.count; row++) {
    const taps = down.taps[row] ?? 0;
    sums.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      addRow(sums, source, (down.first[row] ?? 0) + tap, weightOf(down, row, tap));
    }
    averageRow(data, 4 * row * x.count, sums, across, widthOf(down, row));
  }
  return { width: x.count, height: y.count, data };
}

/** Every output pixel covers whole level pixels. */
function isWhole(axis: FieldAxis): boolean {
  return Number.isInteger(axis.ratio) && axis.start === axis.first;
}

/** Means of blocks of whole pixels: sums of integers, so exact. */
function averageBlocks(source: Pixels, x: FieldAxis, y: FieldAxis): Pixels {
  const data = new Uint8ClampedArray(4 * x.count * y.count);
  const sums = new Uint32Array(3 * x.count);
  const area = x.ratio * y.ratio;
  for (let row = 0; row < y.count; row++) {
    sums.fill(0);
    for (let part = 0; part < y.ratio; part++) addBlocks(sums, source, row * y.ratio + part, x.ratio);
    for (let from = 0, to = 4 * row * x.count; from < sums.length; from += 3, to += 4) {
      data[to] = (sums[from] ?? 0) / area;
      data[to + 1] = (sums[from + 1] ?? 0) / area;
      data[to + 2] = (sums[from + 2] ?? 0) / area;
      data[to + 3] = 255;
    }
  }
  return { width: x.count, height: y.count, data };
}

function addBlocks(sums: Uint32Array, { data, width }: Pixels, row: number, ratio: number): void {
  let from = 4 * row * width;
  for (let to = 0; to < sums.length; to += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const end = from + 4 * ratio; from < end; from += 4) {
      red += data[from] ?? 0;
      green += data[from + 1] ?? 0;
      blue += data[from + 2] ?? 0;
    }
    sums[to] = (sums[to] ?? 0) + red;
    sums[to + 1] = (sums[to + 1] ?? 0) + green;
    sums[to + 2] = (sums[to + 2] ?? 0) + blue;
  }
}

function addRow(sums: Float64Array, source: Pixels, row: number, weight: number): void {
  const { data, width } = source;
  let from = 4 * row * width;
  for (let to = 0; to < 3 * width; to += 3, from += 4) {
    sums[to] = (sums[to] ?? 0) + weight * (data[from] ?? 0);
    sums[to + 1] = (sums[to + 1] ?? 0) + weight * (data[from + 1] ?? 0);
    sums[to + 2] = (sums[to + 2] ?? 0) + weight * (data[from + 2] ?? 0);
  }
}

/** Storing into a Uint8ClampedArray rounds half to even, as the rule asks. `height`: weights of the rows in `sums`. */
function averageRow(
  out: Uint8ClampedArray,
  outFrom: number,
  sums: Float64Array,
  across: Coverage,
  height: number,
): void {
  let to = outFrom;
  for (let k = 0; k < across.first.length; k++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    const taps = across.taps[k] ?? 0;
    let from = 3 * (across.first[k] ?? 0);
    for (let tap = 0; tap < taps; tap++, from += 3) {
      const weight = weightOf(across, k, tap);
      red += weight * (sums[from] ?? 0);
      green += weight * (sums[from + 1] ?? 0);
      blue += weight * (sums[from + 2] ?? 0);
    }
    const area = height * widthOf(across, k);
    out[to] = red / area;
    out[to + 1] = green / area;
    out[to + 2] = blue / area;
    out[to + 3] = 255;
    to += 4;
  }
}
