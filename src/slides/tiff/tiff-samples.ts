// From the samples of a TIFF tile, 8 bits each, to RGBA of the part that lies on the level. Pure.

import { damagedTile } from '../damaged-tile.ts';

const WHITE_IS_ZERO = 0;

/** How the samples lie. */
export interface SampleLayout {
  /** Tile width in px, the padding of edge tiles included. */
  readonly tileWidthPx: number;
  /** In each plane. */
  readonly samplesPerPixel: number;
  readonly photometric: number;
}

/**
 * RGBA, alpha 255, of the first `width` x `height` px of the tile. `planes`: one that holds all colours (or grey), or
 * three of red, green and blue. Further samples (opacity) are not used.
 * @throws Failure `damaged` when there are too few samples.
 */
export function rgbaOfSamples(
  planes: readonly Uint8Array[],
  layout: SampleLayout,
  width: number,
  height: number,
): Uint8ClampedArray<ArrayBuffer> {
  const { tileWidthPx, samplesPerPixel: step } = layout;
  const enough = ((height - 1) * tileWidthPx + width) * step;
  const [reds] = planes;
  if (reds === undefined || planes.some((plane) => plane.length < enough)) {
    throw damagedTile('it holds fewer pixels than it should');
  }
  const [greens, blues] = [planes[1] ?? reds, planes[2] ?? reds];
  const rgba = new Uint8ClampedArray(4 * width * height);
  const [green, blue] = step >= 3 ? [1, 2] : [0, 0];
  const flip = layout.photometric === WHITE_IS_ZERO ? 255 : 0;
  for (let row = 0; row < height; row++) {
    let from = row * tileWidthPx * step;
    for (let to = 4 * row * width; to < 4 * (row + 1) * width; to += 4, from += step) {
      rgba[to] = (reds[from] ?? 0) ^ flip;
      rgba[to + 1] = (greens[from + green] ?? 0) ^ flip;
      rgba[to + 2] = (blues[from + blue] ?? 0) ^ flip;
      rgba[to + 3] = 255;
    }
  }
  return rgba;
}
