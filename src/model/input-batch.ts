// Rasters of one size as the tensor that an encoder takes. Pixels of this thread are normalised here and uploaded; those of
// the device are written there by one dispatch and read where they lie, without a copy.

import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { onBackend } from './backends/backend.ts';
import type { RunningBackend } from './backends/running-backend.ts';
import type { Backend } from './model-info.ts';
import type { DeviceRaster, EncoderRaster, RasterPixels } from './model-runtime.ts';
import { type PixelNormaliser, sizeOf } from './pixel-batch.ts';

export class InputBatches {
  readonly #backend: Backend;
  readonly #running: RunningBackend;
  readonly #normaliser: PixelNormaliser;

  constructor(backend: Backend, running: RunningBackend, normaliser: PixelNormaliser) {
    this.#backend = backend;
    this.#running = running;
    this.#normaliser = normaliser;
  }

  /**
   * Hands the batch of the rasters, filled up to `batch` items, to `task` in the backend's turn. What `task` asks of the
   * device is submitted before anybody else's turn: then the batch's memory is free again.
   */
  async use<T>(rasters: readonly EncoderRaster[], batch: number, task: (input: Tensor) => T): Promise<T> {
    const { width, height } = sizeOf(rasters);
    if (!rasters.every(isOnDevice)) {
      if (rasters.some(isOnDevice)) throw new Error('The rasters of one call must be of one kind.');
      const values = this.#normaliser.batch(rasters as readonly RasterPixels[], batch);
      return onBackend(this.#backend, () => {
        const input = tensor(values, [batch, height, width, 3]);
        try {
          return task(input);
        } finally {
          input.dispose();
        }
      });
    }
    return onBackend(this.#backend, () => {
      const input = this.#onDevice(rasters, [batch, height, width, 3]);
      try {
        return task(input);
      } finally {
        this.#running.gpu?.flush();
        input.dispose();
      }
    });
  }

  #onDevice(rasters: readonly DeviceRaster[], shape: [number, number, number, number]): Tensor {
    const [batch, height, width] = shape;
    const writer = rasters[0]?.writer;
    if (writer === undefined || writer.device !== this.#running.gpu?.device)
      throw new Error('These rasters are of another device.');
    const buffer = writer.write(rasters, { batch, height, width }, this.#normaliser.table);
    return tensor({ buffer, zeroCopy: true }, shape, 'float32');
  }
}

function isOnDevice(raster: EncoderRaster): raster is DeviceRaster {
  return 'writer' in raster;
}
