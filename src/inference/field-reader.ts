// Reads the fields that the model is fed: cut on the model's own GPU where it has one and there is room for their tiles,
// else by the pixels worker. The numbers are the same.

import { DeviceFields } from '../crops/device-fields.ts';
import type { FieldRequest, TilePriority } from '../crops/pixels.contract.ts';
import type { PixelsClient } from '../crops/pixels-port.ts';
import type { EncoderRaster, ModelRuntime } from '../model/model-runtime.ts';
import type { SlideForInference } from './inference.contract.ts';

export interface ReadFields {
  readonly rasters: readonly EncoderRaster[];
  /** ms of this read spent laying tiles together; on a GPU that is part of the model's time. */
  readonly cutMs: number;
}

export class FieldReader {
  readonly #pixels: PixelsClient;
  #device: { readonly device: GPUDevice; readonly fields: Promise<DeviceFields | null> } | null = null;
  #deviceBytes = 0;

  constructor(pixels: PixelsClient) {
    this.#pixels = pixels;
  }

  /** Bytes of GPU memory that are taken, model aside. */
  get gpuBytes(): number {
    return this.#deviceBytes;
  }

  /** Makes ready what the first field would wait for. */
  async prepare({ gpu }: ModelRuntime): Promise<void> {
    if (gpu !== null) await this.#fieldsOn(gpu);
  }

  /**
   * `runtime`: of the model that will encode them. The fields are held until they are encoded, or `signal` aborts.
   * @throws Failure `mpp-unknown`, `spacing-too-fine`, `tile-unavailable`; an AbortError.
   */
  async read(
    runtime: ModelRuntime,
    slide: SlideForInference,
    fields: readonly FieldRequest[],
    priority: TilePriority,
    signal: AbortSignal,
  ): Promise<ReadFields> {
    const { handle, description } = slide;
    if (runtime.gpu !== null) {
      const device = await this.#fieldsOn(runtime.gpu);
      const readTile = (address: { level: number; column: number; row: number }, left: AbortSignal) =>
        this.#pixels.call('tilePixels', { handle, address, priority }, { signal: left });
      const read = await device?.read({ description, key: String(handle), readTile }, fields, signal);
      this.#deviceBytes = device?.bytes ?? 0;
      if (read) return { rasters: read, cutMs: 0 };
    }
    const rasters = await this.#pixels.call('fields', { handle, fields, priority }, { signal });
    return { rasters, cutMs: rasters.reduce((sum, { cutMs }) => sum + cutMs, 0) };
  }

  /** Those of another device went with it. Null when the device goes away meanwhile: who encodes will tell. */
  #fieldsOn(device: GPUDevice): Promise<DeviceFields | null> {
    if (this.#device?.device !== device) {
      this.#device = { device, fields: DeviceFields.create(device).catch(() => null) };
      void device.lost.then(() => {
        if (this.#device?.device !== device) return;
        this.#device = null;
        this.#deviceBytes = 0;
      });
    }
    return this.#device.fields;
  }
}
