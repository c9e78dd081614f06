// Shapes in a mask of ones and zeros: gaps closed, small holes filled, specks wiped off. Pure; masks are row-major.

import { windowLengths, windowSums } from './window-sums.ts';

export interface Mask {
  readonly width: number;
  readonly height: number;
  /** 1 inside, 0 outside. */
  readonly data: Uint8Array;
}

/** Closes gaps up to 2 radius px wide, without making the outside of a shape grow. */
export function closed(mask: Mask, radius: number): Mask {
  const { width, height } = mask;
  const grown = windowSums(mask, radius).map((count) => (count > 0 ? 1 : 0));
  const full = windowSums({ width, height, data: grown }, radius);
  const across = windowLengths(width, radius);
  const down = windowLengths(height, radius);
  const data = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) data[at] = full[at] === (across[x] ?? 0) * (down[y] ?? 0) ? 1 : 0;
  }
  return { width, height, data };
}

/**
 * Turns every patch of `value` of less than `leastPx` pixels (joined edge to edge) over; with `keepAtBorder` patches at
 * the border stay, since no one knows how far they go on.
 */
export function withoutSmall(mask: Mask, value: 0 | 1, leastPx: number, keepAtBorder: boolean): Mask {
  const { width, height } = mask;
  const data = mask.data.slice();
  const seen = new Uint8Array(data.length);
  const patch = new Int32Array(data.length);
  let size = 0;
  const visit = (at: number) => {
    if (seen[at] === 1 || data[at] !== value) return;
    seen[at] = 1;
    patch[size++] = at;
  };
  for (let seed = 0; seed < data.length; seed++) {
    size = 0;
    visit(seed);
    let atBorder = false;
    for (let next = 0; next < size; next++) {
      const at = patch[next] ?? 0;
      const x = at % width;
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (at >= width) visit(at - width);
      if (at < data.length - width) visit(at + width);
      atBorder ||= x === 0 || x === width - 1 || at < width || at >= data.length - width;
    }
    if (size < leastPx && !(atBorder && keepAtBorder)) {
      for (let k = 0; k < size; k++) data[patch[k] ?? 0] = 1 - value;
    }
  }
  return { width, height, data };
}
