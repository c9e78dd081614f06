// The levels of the image pyramid: each is the mean of 2 x 2 pixels of the one above, from full-resolution pixels and
// not from decoded JPEG. Deep Zoom counts levels from 1 x 1 px upwards; so does this file.

/** One level: RGB, row-major, in shared memory. */
export interface Level {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
}

/** Number of the Deep Zoom level that holds the slide at full resolution. */
export function fullLevel(widthPx: number, heightPx: number): number {
  let level = 0;
  for (let edge = Math.max(widthPx, heightPx); edge > 1; edge = Math.ceil(edge / 2)) level++;
  return level;
}

/** Empty levels of a slide, index = Deep Zoom level, in memory that workers share. */
export function allocateLevels(widthPx: number, heightPx: number): Level[] {
  const levels: Level[] = [];
  for (let level = fullLevel(widthPx, heightPx), w = widthPx, h = heightPx; level >= 0; level--) {
    levels.unshift({ widthPx: w, heightPx: h, rgb: new Uint8Array(new SharedArrayBuffer(w * h * 3)) });
    w = Math.ceil(w / 2);
    h = Math.ceil(h / 2);
  }
  return levels;
}

/** Fills the rows [firstRow, lastRow) of `lower` with the rounded mean of 2 x 2 px of `upper`; an odd last row or
 * column counts twice. */
export function halve(upper: Level, lower: Level, firstRow: number, lastRow: number): void {
  const stride = upper.widthPx * 3;
  for (let y = firstRow; y < lastRow; y++) {
    const above = 2 * y * stride;
    const below = Math.min(2 * y + 1, upper.heightPx - 1) * stride;
    for (let x = 0; x < lower.widthPx; x++) {
      const left = 6 * x;
      const right = Math.min(2 * x + 1, upper.widthPx - 1) * 3;
      for (let c = 0; c < 3; c++) {
        const sum =
          (upper.rgb[above + left + c] as number) +
          (upper.rgb[above + right + c] as number) +
          (upper.rgb[below + left + c] as number) +
          (upper.rgb[below + right + c] as number);
        lower.rgb[(y * lower.widthPx + x) * 3 + c] = (sum + 2) >> 2;
      }
    }
  }
}
