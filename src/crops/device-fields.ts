// Fields cut on the GPU: their tiles are brought into an atlas there, and one dispatch makes the network's batch out of
// them. Nothing but tiles goes to the device, each once while there is room. Equal to read-field.ts, value for value.

import { Failure } from '../lib/failure.ts';
import type { Pyramid } from '../pyramid/geometry.ts';
import type { TilePixels } from '../tiles/picture-decoder.ts';
import kernel from './crop-kernel.wgsl?raw';
import { batchTables, type TabledField } from './field-tables.ts';
import type { FieldRequest } from './pixels.contract.ts';
import { planField, planSource } from './plan.ts';
import { type HeldTiles, TileAtlas, type WantedTile } from './tile-atlas.ts';

const atlasBytes = 128 << 20;
const bytesPerPixel = 12;

export type ReadTileAt = (
  address: { level: number; column: number; row: number },
  signal: AbortSignal,
) => Promise<TilePixels | null>;

export interface SlideTiles {
  readonly description: Pyramid;
  /** Tells its tiles from those of other slides. */
  readonly key: string;
  readonly readTile: ReadTileAt;
}

export interface BatchShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** A field whose tiles are on the device. */
export interface DeviceField {
  readonly width: number;
  readonly height: number;
  readonly writer: DeviceFields;
}

interface Read extends DeviceField {
  readonly tabled: TabledField;
  readonly held: HeldTiles;
  /** Takes the listener off the signal that the field was read under. */
  leave: () => void;
  isGone: boolean;
}

export class DeviceFields {
  readonly device: GPUDevice;
  readonly #atlas: TileAtlas;
  readonly #pipeline: GPUComputePipeline;
  readonly #buffers = new Map<string, GPUBuffer>();

  /** Compiles the kernel. */
  static async create(device: GPUDevice, budgetBytes = atlasBytes): Promise<DeviceFields> {
    const module = device.createShaderModule({ label: 'crops', code: kernel });
    const pipeline = await device.createComputePipelineAsync({
      label: 'crops',
      layout: 'auto',
      compute: { module, entryPoint: 'crop' },
    });
    return new DeviceFields(device, new TileAtlas(device, budgetBytes), pipeline);
  }

  private constructor(device: GPUDevice, atlas: TileAtlas, pipeline: GPUComputePipeline) {
    this.device = device;
    this.#atlas = atlas;
    this.#pipeline = pipeline;
  }

  /** Bytes of the device that are taken. */
  get bytes(): number {
    return [...this.#buffers.values()].reduce((total, { size }) => total + size, this.#atlas.buffer.size);
  }

  /**
   * Brings the tiles of the fields to the device. They stay until the fields are written, or `signal` aborts. Null when
   * there is no room for them.
   * @throws Failure `mpp-unknown`, `spacing-too-fine`, `tile-unavailable`; an AbortError.
   */
  async read(
    slide: SlideTiles,
    fields: readonly FieldRequest[],
    signal: AbortSignal,
  ): Promise<readonly DeviceField[] | null> {
    const read: Read[] = [];
    const giveAllBack = () => read.forEach(giveBack);
    for (const field of fields) {
      const one = this.#hold(slide, field);
      if (one === null) {
        giveAllBack();
        return null;
      }
      read.push(one);
    }
    try {
      await Promise.all(read.map(({ held }) => held.ready(signal)));
    } catch (error) {
      giveAllBack();
      throw error;
    }
    for (const one of read) {
      const stop = () => giveBack(one);
      signal.addEventListener('abort', stop, { once: true });
      one.leave = () => signal.removeEventListener('abort', stop);
    }
    return read;
  }

  #hold({ description, key, readTile }: SlideTiles, field: FieldRequest): Read | null {
    const plan = planField(description, field);
    const level = description.levels[plan.level];
    if (level === undefined) throw new RangeError(`No level ${plan.level}`);
    const source = planSource(plan, level);
    const wanted = source.tileRows.flatMap((row) =>
      source.tileColumns.map((column): WantedTile => {
        const address = { level: plan.level, column, row };
        return {
          key: `${key}/${plan.level}/${column}_${row}`,
          maxPixels: level.tileWidth * level.tileHeight,
          read: (signal) => readTile(address, signal),
        };
      }),
    );
    const held = this.#atlas.hold(wanted);
    if (held === null) return null;
    const tabled = { plan, level, source, tiles: held.tiles };
    return { width: field.width, height: field.height, writer: this, tabled, held, leave: () => {}, isGone: false };
  }

  /**
   * Submits the work that makes a float32 batch x height x width x 3 of the fields, zero beyond them, each byte as
   * `normalised` (3 x 256) has it, and lets go of their tiles. The buffer is written anew by the next call: what reads it must
   * be submitted before.
   * @throws Failure `cancelled` when the fields were given up.
   */
  write(fields: readonly DeviceField[], shape: BatchShape, normalised: Float32Array<ArrayBuffer>): GPUBuffer {
    const read = fields as readonly Read[];
    if (read.some(({ isGone }) => isGone))
      throw new Failure('cancelled', 'The fields were given up meanwhile. Ask again.');
    const { batch, height, width } = shape;
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    const tables = batchTables(
      read.map(({ tabled }) => tabled),
      shape,
    );
    const plan = this.#bufferOf('plan', tables.byteLength, STORAGE | COPY_DST);
    const values = this.#bufferOf('normalised', normalised.byteLength, STORAGE | COPY_DST);
    const out = this.#bufferOf('batch', batch * height * width * bytesPerPixel, STORAGE | COPY_SRC);
    const { queue } = this.device;
    queue.writeBuffer(plan, 0, tables);
    queue.writeBuffer(values, 0, normalised);
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(
      0,
      this.device.createBindGroup({
        layout: this.#pipeline.getBindGroupLayout(0),
        entries: [plan, this.#atlas.buffer, values, out].map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    );
    pass.dispatchWorkgroups(Math.ceil(width / 8), Math.ceil(height / 8), batch);
    pass.end();
    queue.submit([encoder.finish()]);
    read.forEach(giveBack);
    return out;
  }

  /** A buffer of at least `size` bytes, kept for the next call. */
  #bufferOf(label: string, size: number, usage: number): GPUBuffer {
    const known = this.#buffers.get(label);
    if (known !== undefined && known.size >= size) return known;
    // What was submitted with it is done first.
    known?.destroy();
    const made = this.device.createBuffer({ label, size, usage });
    this.#buffers.set(label, made);
    return made;
  }
}

function giveBack(field: Read): void {
  field.isGone = true;
  field.leave();
  field.held.giveBack();
}
