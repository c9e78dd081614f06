// Crops cut on the GPU against those of the processor, on noise: windows over seams and edges, whole and fractional ratios,
// both fills. Everything but the tiles' contents is the engine's own.

import { areaAverage } from '../../../src/crops/area-average.ts';
import { assemble } from '../../../src/crops/assemble.ts';
import { DeviceFields, type SlideTiles } from '../../../src/crops/device-fields.ts';
import type { FieldRequest } from '../../../src/crops/pixels.contract.ts';
import { planField, planSource } from '../../../src/crops/plan.ts';
import { BACKGROUND, type Tile } from '../../../src/tiles/tile-store.ts';
import { seeded } from '../../fixtures/seeded.ts';

const size = { width: 523, height: 411 };
/** Wider than high, and not of a power of two; those of the last level take several pages. */
const tilePx = [
  { tileWidth: 64, tileHeight: 61 },
  { tileWidth: 64, tileHeight: 61 },
  { tileWidth: 300, tileHeight: 290 },
] as const;
const scales = [
  { mppX: 0.5, mppY: 0.5, spacings: [0.5, 1, 2] },
  { mppX: 0.25, mppY: 0.25, spacings: [0.75, 1.5, 3] },
  { mppX: 0.5, mppY: 0.5, spacings: [0.6, 1.2, 2.4] },
  { mppX: 0.499, mppY: 0.499, spacings: [0.62, 1.24, 2.48] },
  { mppX: 0.46, mppY: 0.53, spacings: [0.5, 1.7, 9] },
] as const;

export interface CropDifference {
  readonly windows: number;
  /** Of 0..1. */
  readonly maxAbsDiff: number;
  /** Batches that wanted more room than there was, and were left to the processor. */
  readonly refused: number;
}

/** `budgetBytes`: of the tiles on the device. */
export async function gpuCropDifference(batches: number, budgetBytes?: number): Promise<CropDifference> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('There is no GPU adapter.');
  const device = await adapter.requestDevice();
  const crops = await DeviceFields.create(device, budgetBytes);
  const random = seeded(41);
  let maxAbsDiff = 0;
  let windows = 0;
  let refused = 0;
  for (let n = 0; n < batches; n++) {
    const scale = scales[n % scales.length] ?? scales[0];
    const slide = slideOf(n, scale);
    const side = 16 + 8 * Math.floor(3 * random());
    const fields = scale.spacings.map((spacing, m): FieldRequest => {
      const origin = { x: (random() * 1.3 - 0.3) * size.width, y: (random() * 1.3 - 0.3) * size.height };
      if (n % 2 === 0) origin.x = 64 * Math.round(origin.x / 64);
      if (n % 3 === 0) origin.y = Math.round(origin.y);
      return { origin, spacing, width: side, height: side, padding: (n + m) % 2 === 0 ? 'white' : 'reflect' };
    });
    const read = await crops.read(slide, fields, new AbortController().signal);
    if (read === null) {
      refused++;
      continue;
    }
    // One item and some pixels more than there are: they must be zero.
    const shape = { batch: fields.length + 1, width: side + 3, height: side + 5 };
    const values = await readBack(device, crops.write(read, shape, intensities()), shape);
    maxAbsDiff = Math.max(maxAbsDiff, largestDifference(values, await expectedOf(slide, fields, shape)));
    windows += fields.length;
  }
  device.destroy();
  return { windows, maxAbsDiff, refused };
}

function slideOf(seed: number, { mppX, mppY }: (typeof scales)[number]): SlideTiles {
  const levels = tilePx.map((tile, level) => {
    const downsample = 2 ** level;
    return {
      ...tile,
      downsample,
      width: Math.ceil(size.width / downsample),
      height: Math.ceil(size.height / downsample),
    };
  });
  return {
    description: { ...size, mppX, mppY, levels },
    key: String(seed),
    async readTile({ level, column, row }) {
      const { width, height, tileWidth, tileHeight } = levels[level] ?? levels[0] ?? { ...size, ...tilePx[0] };
      // Some tiles are left out, as sparse pyramids do.
      if ((column * 7 + row * 3 + level + seed) % 11 === 0) return null;
      const across = Math.min(tileWidth, width - column * tileWidth);
      const down = Math.min(tileHeight, height - row * tileHeight);
      const noise = seeded(1 + seed + 1000 * level + 31 * column + 977 * row);
      const data = new Uint8ClampedArray(4 * across * down);
      for (let k = 0; k < data.length; k++) data[k] = k % 4 === 3 ? 255 : 256 * noise();
      return { width: across, height: down, data };
    },
  };
}

function intensities(): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 768 }, (_, k) => (k % 256) / 255);
}

interface Shape {
  readonly batch: number;
  readonly width: number;
  readonly height: number;
}

async function expectedOf(slide: SlideTiles, fields: readonly FieldRequest[], shape: Shape): Promise<Float32Array> {
  const out = new Float32Array(shape.batch * shape.height * shape.width * 3);
  for (const [item, field] of fields.entries()) {
    const plan = planField(slide.description, field);
    const level = slide.description.levels[plan.level];
    if (level === undefined) throw new RangeError('No such level');
    const { columns, rows, tileColumns, tileRows } = planSource(plan, level);
    const tiles = new Map<string, Tile>();
    for (const row of tileRows) {
      for (const column of tileColumns) {
        const tile = await slide.readTile({ level: plan.level, column, row }, new AbortController().signal);
        tiles.set(`${column}_${row}`, tile ?? BACKGROUND);
      }
    }
    const source = assemble(columns, rows, level, (column, row) => tiles.get(`${column}_${row}`) ?? null);
    const { data, width, height } = areaAverage(source, plan.x, plan.y);
    for (let k = 0; k < width * height; k++) {
      const to = 3 * ((item * shape.height + Math.floor(k / width)) * shape.width + (k % width));
      for (let channel = 0; channel < 3; channel++) out[to + channel] = (data[4 * k + channel] ?? 0) / 255;
    }
  }
  return out;
}

async function readBack(device: GPUDevice, buffer: GPUBuffer, shape: Shape): Promise<Float32Array> {
  const bytes = 12 * shape.batch * shape.width * shape.height;
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}

/** NaN when a value is none. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - (b[k] ?? Number.NaN))), 0);
}
