// Composes a band of the slide: brushes fill the layers, every pixel is stained from layers and fields, granular
// classes get their grain, marks are printed last.

import { type Band, emptyBand } from './band.ts';
import { addGrain } from './chromatin.ts';
import { paintFibres } from './fibres.ts';
import type { Fields } from './fields.ts';
import { hollowsOf, paintHollows } from './hollows.ts';
import { NOISE_TILE_PX, noiseTile, smoothstep } from './noise.ts';
import { paintNuclei } from './nuclei.ts';
import { printMarks } from './ruler.ts';
import { MASK_DOWNSAMPLE, TISSUE_CLASSES } from './specification.ts';
import { writeStained } from './stain.ts';

/** Which classes have granular chromatin, by code; replaceable so that a test can paint the same slide without. */
export type GranularByCode = readonly boolean[];

export const GRANULAR_BY_CODE: GranularByCode = [false, ...TISSUE_CLASSES.map((kind) => kind.chromatin === 'granular')];

interface Texture {
  readonly fine: Float32Array;
  readonly middle: Float32Array;
  readonly coarse: Float32Array;
}

/** Paints bands of one slide; holds what they share. */
export interface Painter {
  /** RGB, row-major, of the rows [firstRow, firstRow + rows); both even. */
  paint(firstRow: number, rows: number): Uint8Array;
}

/** A painter for a slide `slidePx` on an edge whose fields have been filled. */
export function makePainter(seed: number, slidePx: number, fields: Fields, granular = GRANULAR_BY_CODE): Painter {
  const texture: Texture = {
    fine: noiseTile(seed + 901, 2),
    middle: noiseTile(seed + 902, 8),
    coarse: noiseTile(seed + 903, 32),
  };
  return {
    paint(firstRow, rows) {
      const band = emptyBand(slidePx, firstRow, rows);
      const { lumina, vessels } = hollowsOf(band, fields, seed);
      paintFibres(band, fields, seed);
      paintHollows(band, seed, lumina, vessels);
      paintNuclei(band, fields, seed);
      const rgb = new Uint8Array(slidePx * rows * 3);
      for (let row = 0; row < rows; row++) stainRow(rgb, band, fields, texture, row);
      for (let row = 0; row < rows; row += 2) grainRows(rgb, band, fields, granular, seed, row);
      printMarks(rgb, slidePx, firstRow, rows);
      return rgb;
    },
  };
}

function stainRow(rgb: Uint8Array, band: Band, fields: Fields, texture: Texture, row: number): void {
  const y = band.firstRow + row;
  const depthPx = interpolatedRow(fields, fields.depthPx, y);
  const cellularity = interpolatedRow(fields, fields.cellularity, y);
  const bundle = interpolatedRow(fields, fields.bundle, y);
  const septum = interpolatedRow(fields, fields.septum, y);
  const shadeH = interpolatedRow(fields, fields.shadeH, y);
  const shadeE = interpolatedRow(fields, fields.shadeE, y);
  const noiseRow = (y & (NOISE_TILE_PX - 1)) * NOISE_TILE_PX;
  for (let x = 0; x < band.widthPx; x++) {
    const index = row * band.widthPx + x;
    const noiseIndex = noiseRow + (x & (NOISE_TILE_PX - 1));
    const fine = texture.fine[noiseIndex] as number;
    const block = (x + 0.5) / MASK_DOWNSAMPLE - 0.5;
    const left = Math.max(0, Math.floor(block));
    const share = Math.max(0, block - left);
    const right = Math.min(left + 1, fields.edge - 1);
    const depth = between(depthPx, left, right, share);
    if (depth < -24) {
      writeStained(rgb, index * 3, 0, 0, 0, fine * 1.2);
      continue;
    }
    const middle = texture.middle[noiseIndex] as number;
    const coarse = texture.coarse[noiseIndex] as number;
    // Epithelium has an edge: what the field blurs is drawn sharp and uneven again. Bundles fade into each other.
    const soft = between(cellularity, left, right, share);
    const cells = smoothstep(0.3, 0.7, soft + 0.16 * middle + 0.08 * fine);
    const inBundle = between(bundle, left, right, share);
    const inSeptum = between(septum, left, right, share);
    const fibre = Math.min(1.3, band.fibre[index] as number);
    const nucleus = band.nucleus[index] as number;
    const hollow = band.hollow[index] as number;
    const extra = band.eosin[index] as number;

    const cordE = mix(
      0.13 + 0.46 * fibre + 0.05 * coarse + 0.03 * middle,
      0.36 + 0.09 * fibre + 0.05 * middle + 0.04 * coarse,
      cells,
    );
    const cordH = mix(0.02 + 0.02 * fibre, 0.17 + 0.05 * middle + 0.03 * coarse, cells);
    const bundleE = mix(0.27 + 0.3 * fibre + 0.05 * coarse, 0.41 + 0.3 * fibre + 0.05 * middle, soft);
    const bundleH = mix(0.03, 0.09 + 0.02 * middle, soft);
    let e = mix(mix(cordE, bundleE, inBundle), 0.26 + 0.5 * fibre, inSeptum);
    let h = mix(mix(cordH, bundleH, inBundle), 0.03, inSeptum);
    e += 0.02 * fine;
    h *= 1 + 0.15 * fine;
    const chromatin = (band.chromatin[index] as number) * (1 + 0.12 * middle + 0.06 * fine);
    e = mix(e, 0.32, 0.7 * nucleus) + extra * (1 - 0.6 * nucleus);
    h = h * (1 - nucleus) + chromatin;
    // A hollow holds next to nothing but what was put into it.
    e = mix(e, Math.max(0.015, extra), hollow);
    h = mix(h, extra * 0.06, hollow);
    const cover = smoothstep(-2.5, 2.5, depth + 2 * middle);
    writeStained(
      rgb,
      index * 3,
      h * between(shadeH, left, right, share),
      e * between(shadeE, left, right, share),
      cover,
      fine * 1.6,
    );
  }
}

function grainRows(
  rgb: Uint8Array,
  band: Band,
  fields: Fields,
  granular: GranularByCode,
  seed: number,
  row: number,
): void {
  const y = band.firstRow + row;
  const blockRow = Math.floor(y / MASK_DOWNSAMPLE) * fields.edge;
  for (let x = 0; x < band.widthPx; x += 2) {
    const code = fields.code[blockRow + Math.floor(x / MASK_DOWNSAMPLE)] as number;
    if (granular[code] !== true) continue;
    const index = row * band.widthPx + x;
    const below = index + band.widthPx;
    const n = band.nucleus;
    const inside =
      ((n[index] as number) + (n[index + 1] as number) + (n[below] as number) + (n[below + 1] as number)) / 4;
    if (inside < 0.3) continue;
    addGrain(rgb, band.widthPx, index * 3, seed, x, y, inside);
  }
}

/** A field's values along the pixel row `y`, one per block column, interpolated between block rows. */
function interpolatedRow(fields: Fields, field: Float32Array, y: number): Float32Array {
  const block = (y + 0.5) / MASK_DOWNSAMPLE - 0.5;
  const upper = Math.max(0, Math.floor(block));
  const lower = Math.min(upper + 1, fields.edge - 1);
  const share = Math.max(0, block - upper);
  const values = new Float32Array(fields.edge);
  for (let column = 0; column < fields.edge; column++) {
    const a = field[upper * fields.edge + column] as number;
    values[column] = a + ((field[lower * fields.edge + column] as number) - a) * share;
  }
  return values;
}

function between(values: Float32Array, left: number, right: number, share: number): number {
  return mix(values[left] as number, values[right] as number, share);
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
