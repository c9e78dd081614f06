// Lays the tiles of a plan together into the level rectangle it reads, with white or mirrored pixels beyond the level.
// Pure: the tiles are handed in.

import type { TiledLevel } from '../pyramid/geometry.ts';
import { BACKGROUND, type Tile } from '../tiles/tile-store.ts';
import type { Pixels } from './area-average.ts';

/** A run of pixels that lie side by side in a tile and in the rectangle. */
interface Span {
  readonly tileColumn: number;
  /** Pixel of the tile, and of the rectangle, that it begins with. */
  readonly from: number;
  readonly to: number;
  length: number;
}

/**
 * The pixels `columns` x `rows` of a level (indices on it, -1 for white) out of its tiles. `tileAt` is null for a tile
 * that could not be had; such parts stay transparent, as does nothing else.
 */
export function assemble(
  columns: Int32Array,
  rows: Int32Array,
  level: TiledLevel,
  tileAt: (tileColumn: number, tileRow: number) => Tile | null,
): Pixels {
  const width = columns.length;
  const target = new Uint32Array(width * rows.length);
  const spans = spansOf(columns, level.tileWidth);
  rows.forEach((row, y) => {
    const line = y * width;
    if (row < 0) {
      target.fill(WHITE, line, line + width);
      return;
    }
    const tileRow = Math.floor(row / level.tileHeight);
    for (const { tileColumn, from, to, length } of spans) {
      const tile = tileColumn < 0 ? BACKGROUND : tileAt(tileColumn, tileRow);
      if (tile === null) continue;
      if (tile === BACKGROUND) target.fill(WHITE, line + to, line + to + length);
      else {
        const start = (row - tileRow * level.tileHeight) * tile.width + from;
        target.set(wordsOf(tile.data).subarray(start, start + length), line + to);
      }
    }
  });
  return { width, height: rows.length, data: new Uint8ClampedArray(target.buffer) };
}

const WHITE = 0xffffffff;

/** The same bytes, a pixel an element. */
function wordsOf(data: Uint8ClampedArray<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  return new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
}

function spansOf(columns: Int32Array, tileWidth: number): Span[] {
  const spans: Span[] = [];
  for (const [to, column] of columns.entries()) {
    const tileColumn = column < 0 ? -1 : Math.floor(column / tileWidth);
    const from = column < 0 ? 0 : column - tileColumn * tileWidth;
    const last = spans.at(-1);
    const goesOn = last?.tileColumn === tileColumn && (column < 0 || from === last.from + last.length);
    if (last !== undefined && goesOn) last.length++;
    else spans.push({ tileColumn, from, to, length: 1 });
  }
  return spans;
}
