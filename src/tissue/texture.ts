// How much a picture varies around each pixel, at several scales. Tissue is rough wherever one looks; glass is smooth,
// and so are the tints and smears that make colour alone a bad judge of it. Pure.

import type { Grey } from './grey.ts';
import { windowLengths, windowSums } from './window-sums.ts';

/** px each way from the middle of the window. */
const WINDOW_RADIUS_PX = 2;
/** Width of the smallest window, px of the picture; each further scale doubles it. */
export const WINDOW_PX = 2 * WINDOW_RADIUS_PX + 1;

/** The largest standard deviation (grey levels) over the windows of `scales` widths around each pixel. */
export function roughness(picture: Grey, scales: number): Grey {
  const rough = localDeviation(picture);
  let coarse = picture;
  for (let scale = 1; scale < scales; scale++) {
    coarse = halved(coarse);
    raise(rough, localDeviation(coarse), 2 ** scale);
  }
  return rough;
}

/** Standard deviation in the window around each pixel; windows are cut at the edges. */
export function localDeviation(picture: Grey): Grey {
  const { width, height } = picture;
  const sums = windowSums(picture, WINDOW_RADIUS_PX);
  const squares = windowSums({ ...picture, data: picture.data.map((value) => value * value) }, WINDOW_RADIUS_PX);
  const across = windowLengths(width, WINDOW_RADIUS_PX);
  const down = windowLengths(height, WINDOW_RADIUS_PX);
  const data = new Float32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const count = (across[x] ?? 1) * (down[y] ?? 1);
      const mean = (sums[at] ?? 0) / count;
      data[at] = Math.sqrt(Math.max(0, (squares[at] ?? 0) / count - mean * mean));
    }
  }
  return { width, height, data };
}

/** Half the size, each pixel the mean of four; an odd last row or column is left out. */
function halved({ width, height, data }: Grey): Grey {
  const half = { width: Math.max(1, width >> 1), height: Math.max(1, height >> 1) };
  const means = new Float32Array(half.width * half.height);
  const right = width > 1 ? 1 : 0;
  const below = height > 1 ? width : 0;
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const at = 2 * y * width + 2 * x;
      const sum = (data[at] ?? 0) + (data[at + right] ?? 0) + (data[at + below] ?? 0) + (data[at + below + right] ?? 0);
      means[y * half.width + x] = sum / 4;
    }
  }
  return { ...half, data: means };
}

/** Lifts each pixel to what the coarser picture, `factor` times smaller, has there. */
function raise(fine: Grey, coarse: Grey, factor: number): void {
  for (let y = 0; y < fine.height; y++) {
    const row = Math.min(coarse.height - 1, Math.floor(y / factor)) * coarse.width;
    for (let x = 0; x < fine.width; x++) {
      const at = y * fine.width + x;
      const value = coarse.data[row + Math.min(coarse.width - 1, Math.floor(x / factor))] ?? 0;
      if (value > (fine.data[at] ?? 0)) fine.data[at] = value;
    }
  }
}
