// The slide's slowly changing quantities, one value per block of MASK_DOWNSAMPLE px: outline, class, cellularity,
// family, septa, flow of the fibres, strength of the stains. Everything painted is looked up here, and mask.png is
// the `code` field itself, so truth and picture cannot drift apart.

import { cellularity } from './arrangement.ts';
import { smoothstep, valueNoise } from './noise.ts';
import { hash } from './random.ts';
import { type Layout, regionAt, tissueDepthPx } from './regions.ts';
import { BACKGROUND_CODE, MASK_DOWNSAMPLE, tissueClass } from './specification.ts';

/** Row-major arrays of `edge` x `edge` blocks, in shared memory; a value belongs to its block's centre. */
export interface Fields {
  readonly edge: number;
  /** Mask code of the block. */
  readonly code: Uint8Array;
  /** Signed distance to the outline, px, positive in tissue, clipped to +-DEPTH_LIMIT_PX. */
  readonly depthPx: Float32Array;
  /** Cell-rich share, [0, 1]. */
  readonly cellularity: Float32Array;
  /** 1 in bundles, 0 in cords. */
  readonly bundle: Float32Array;
  /** Fibrous septum between regions and along the outline, [0, 1]. */
  readonly septum: Float32Array;
  /** Unit vector along the fibres; unrelated to the arrangement, so it tells nothing of it. */
  readonly flowX: Float32Array;
  readonly flowY: Float32Array;
  /** Local strength of haematoxylin and eosin, about 1. */
  readonly shadeH: Float32Array;
  readonly shadeE: Float32Array;
}

export const DEPTH_LIMIT_PX = 400;
const SEPTUM_HALF_WIDTH_PX = 26;

/** Empty fields for a slide, in memory that workers share. */
export function allocateFields(slidePx: number): Fields {
  const edge = slidePx / MASK_DOWNSAMPLE;
  const floats = () => new Float32Array(new SharedArrayBuffer(edge * edge * 4));
  return {
    edge,
    code: new Uint8Array(new SharedArrayBuffer(edge * edge)),
    depthPx: floats(),
    cellularity: floats(),
    bundle: floats(),
    septum: floats(),
    flowX: floats(),
    flowY: floats(),
    shadeH: floats(),
    shadeE: floats(),
  };
}

/** Fills the block rows [firstRow, lastRow). */
export function fillFields(fields: Fields, layout: Layout, firstRow: number, lastRow: number): void {
  const { seed, slidePx } = layout;
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = 0; column < fields.edge; column++) {
      const index = row * fields.edge + column;
      const x = (column + 0.5) * MASK_DOWNSAMPLE;
      const y = (row + 0.5) * MASK_DOWNSAMPLE;
      const depth = tissueDepthPx(seed, slidePx, x, y);
      fields.depthPx[index] = Math.max(-DEPTH_LIMIT_PX, Math.min(DEPTH_LIMIT_PX, depth));
      fields.code[index] = BACKGROUND_CODE;
      if (depth < -4 * MASK_DOWNSAMPLE) continue;
      const { site, borderPx } = regionAt(layout, x, y);
      const kind = tissueClass(site.code);
      if (kind === undefined) throw new Error(`No tissue class has the code ${site.code}.`);
      if (depth > 0) fields.code[index] = site.code;
      const edgePx = Math.min(borderPx, depth * 1.5);
      fields.septum[index] = 1 - smoothstep(0.3 * SEPTUM_HALF_WIDTH_PX, SEPTUM_HALF_WIDTH_PX, edgePx);
      fields.cellularity[index] = cellularity(seed, site, kind.arrangement, x, y);
      fields.bundle[index] = kind.family === 'bundles' ? 1 : 0;
      // Half-angle form of a direction that swings by at most a right angle either way: no whirl, no source, no sink.
      const t = 1.15 * slow(seed, 31, x, y, 520) + 0.22 * slow(seed, 32, x, y, 110);
      fields.flowX[index] = (1 - t * t) / (1 + t * t);
      fields.flowY[index] = (2 * t) / (1 + t * t);
      fields.shadeH[index] = 1 + 0.06 * slow(seed, 35, x, y, 2600) + 0.05 * slow(seed, 36, x, y, 700);
      fields.shadeE[index] = 1 + 0.1 * slow(seed, 37, x, y, 2600) + 0.08 * slow(seed, 38, x, y, 700);
    }
  }
}

/** The value of a field in the block that holds a level-0 point; points outside the slide take the nearest block's. */
export function fieldAt(fields: Fields, field: Float32Array | Uint8Array, x: number, y: number): number {
  const last = fields.edge - 1;
  const column = Math.max(0, Math.min(last, Math.floor(x / MASK_DOWNSAMPLE)));
  const row = Math.max(0, Math.min(last, Math.floor(y / MASK_DOWNSAMPLE)));
  return field[row * fields.edge + column] as number;
}

function slow(seed: number, channel: number, x: number, y: number, wavelengthPx: number): number {
  return valueNoise(hash(seed, channel, 4), x / wavelengthPx, y / wavelengthPx);
}
