// A planned field as the tables that the crop kernel reads (crop-kernel.wgsl): which pixels each output pixel covers, and
// where in the atlas of tiles they lie. Pure.

import type { TiledLevel } from '../pyramid/geometry.ts';
import { type Coverage, coverage } from './coverage.ts';
import type { FieldPlan, planSource } from './plan.ts';

/** Where nothing is stored: white. */
export const WHITE = 0xffffffff;

/** A tile in the atlas: pages of pixels, and pixels a row; no pages for a white one. */
export interface PlacedTile {
  readonly pages: readonly number[];
  readonly stridePx: number;
}

/** Numbers of the head, and before it of the whole batch, that the kernel expects. */
const batchWords = 4;
const headWords = 10;

export interface TabledField {
  readonly plan: FieldPlan;
  readonly level: TiledLevel;
  readonly source: ReturnType<typeof planSource>;
  /** One a tile column of each tile row that the source names. */
  readonly tiles: readonly PlacedTile[];
}

/** All fields of a batch whose items are width x height px. */
export function batchTables(
  fields: readonly TabledField[],
  { width, height }: { width: number; height: number },
): Uint32Array<ArrayBuffer> {
  const words: number[] = [width, height, fields.length, 0];
  const headAt = (item: number) => batchWords + item * headWords;
  for (let n = 0; n < fields.length * headWords; n++) words.push(0);
  fields.forEach(({ plan, level, source, tiles }, item) => {
    const [across, down] = [coverage(plan.x), coverage(plan.y)];
    const head = [plan.x.count, plan.y.count, across.unit, down.unit];
    head.push(words.length);
    pushTaps(words, across);
    head.push(words.length);
    pushTaps(words, down);
    head.push(words.length);
    pushPlaces(words, source.columns, source.tileColumns, level.tileWidth);
    head.push(words.length);
    pushPlaces(words, source.rows, source.tileRows, level.tileHeight);
    head.push(words.length, source.tileColumns.length);
    pushTiles(words, tiles);
    for (const [n, word] of head.entries()) words[headAt(item) + n] = word;
  });
  return Uint32Array.from(words);
}

function pushTaps(words: number[], { first, taps, firstWeight, lastWeight }: Coverage): void {
  for (let k = 0; k < first.length; k++) {
    words.push(first[k] ?? 0, taps[k] ?? 0, firstWeight[k] ?? 0, lastWeight[k] ?? 0);
  }
}

/** Of each level pixel along an axis: the tile, as `tiles` counts them, in the upper half, the pixel within it in the lower. */
function pushPlaces(words: number[], indices: Int32Array, tiles: readonly number[], tilePx: number): void {
  const ordinals = new Map(tiles.map((tile, ordinal) => [tile, ordinal]));
  for (const index of indices) {
    const tile = Math.floor(index / tilePx);
    words.push(index < 0 ? WHITE : (ordinals.get(tile) ?? 0) * 65_536 + index - tile * tilePx);
  }
}

/** Of each tile: where its pages are listed, and its stride. */
function pushTiles(words: number[], tiles: readonly PlacedTile[]): void {
  const at = words.length;
  for (const _ of tiles) words.push(WHITE, 0);
  tiles.forEach(({ pages, stridePx }, n) => {
    if (pages.length === 0) return;
    words[at + 2 * n] = words.length;
    words[at + 2 * n + 1] = stridePx;
    words.push(...pages);
  });
}
