// Sums over square windows, in one pass whatever their size. Pure.

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Row-major. */
  readonly data: ArrayLike<number>;
}

/** For each pixel the sum over the (2 radius + 1) px a side around it; windows are cut at the edges. */
export function windowSums({ width, height, data }: Picture, radius: number): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(width * height);
  const columns = new Float64Array(width);
  const addRow = (row: number, sign: 1 | -1) => {
    if (row < 0 || row >= height) return;
    for (let x = 0, at = row * width; x < width; x++, at++) columns[x] = (columns[x] ?? 0) + sign * (data[at] ?? 0);
  };
  for (let row = 0; row < radius; row++) addRow(row, 1);
  for (let y = 0; y < height; y++) {
    addRow(y + radius, 1);
    addRow(y - radius - 1, -1);
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += columns[x] ?? 0;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += columns[x + radius] ?? 0;
      if (x > radius) sum -= columns[x - radius - 1] ?? 0;
      sums[y * width + x] = sum;
    }
  }
  return sums;
}

/** Pixels in the window around each place of a line of `length` px. */
export function windowLengths(length: number, radius: number): Int32Array {
  return Int32Array.from({ length }, (_, k) => Math.min(length, k + radius + 1) - Math.max(0, k - radius));
}
