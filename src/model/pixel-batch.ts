// Pixels to the numbers a network takes: RGB/255, mean subtracted, divided by the standard deviation, batch x height x
// width x 3. A table a channel, because there are only 256 values. No resizing: fields come in the right size.

import type { EncoderRaster, RasterPixels } from './model-runtime.ts';

export class PixelNormaliser {
  /** Channel after channel, a number a byte. */
  readonly table = new Float32Array(3 * 256);

  constructor(mean: readonly [number, number, number], std: readonly [number, number, number]) {
    for (let channel = 0; channel < 3; channel++) {
      for (let value = 0; value < 256; value++) {
        this.table[channel * 256 + value] = (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
      }
    }
  }

  /** Rasters of one size as one batch, filled up to `batch` items with zeros. */
  batch(rasters: readonly RasterPixels[], batch = rasters.length): Float32Array {
    const { width, height } = sizeOf(rasters);
    const valuesPerRaster = width * height * 3;
    const out = new Float32Array(batch * valuesPerRaster);
    rasters.forEach((raster, index) => {
      this.#fill(raster, out, index * valuesPerRaster);
    });
    return out;
  }

  #fill({ data, width, height }: RasterPixels, out: Float32Array, at: number): void {
    const channels = data.length / (width * height);
    if (channels !== 3 && channels !== 4)
      throw new Error(`A raster of ${width} x ${height} px has ${data.length} bytes.`);
    const { table } = this;
    let to = at;
    for (let from = 0; from < data.length; from += channels) {
      out[to++] = table[data[from] as number] as number;
      out[to++] = table[256 + (data[from + 1] as number)] as number;
      out[to++] = table[512 + (data[from + 2] as number)] as number;
    }
  }
}

/** The one size of the rasters, px. @throws Error when they differ: that is a bug of the caller. */
export function sizeOf(rasters: readonly EncoderRaster[]): { width: number; height: number } {
  const [first] = rasters;
  if (first === undefined) throw new Error('There is no raster to encode.');
  const { width, height } = first;
  if (rasters.some((raster) => raster.width !== width || raster.height !== height)) {
    throw new Error('The rasters of one call must have one size.');
  }
  return { width, height };
}
