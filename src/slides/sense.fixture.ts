// What hostile slides are held against: how one may fail, and what the rest of the program takes for granted of one that
// opened.

import { expect } from 'vitest';
import type { FailureCode } from '../lib/failure.ts';
import { isFailure } from '../lib/failure.ts';
import { tileCounts } from '../pyramid/levels.ts';
import type { SlideSource } from './slide-source.ts';

export const opening: readonly FailureCode[] = [
  'not-found',
  'not-a-slide',
  'unsupported-format',
  'damaged',
  'bad-argument',
];
const reading: readonly FailureCode[] = ['tile-unavailable', 'damaged', 'unsupported-format'];
const signal = new AbortController().signal;

export function expectSense({ description }: SlideSource): void {
  const { name, width, height, mppX, mppY, levels } = description;
  expect(name).not.toBe('');
  expect(levels[0]).toMatchObject({ width, height, downsample: 1 });
  levels.forEach((level, index) => {
    const { columns, rows } = tileCounts(level);
    for (const size of [level.width, level.height, level.tileWidth, level.tileHeight, columns, rows]) {
      expect(Number.isSafeInteger(size) && size > 0).toBe(true);
    }
    expect(Number.isFinite(level.downsample)).toBe(true);
    if (index > 0) expect(level.downsample).toBeGreaterThanOrEqual(levels[index - 1]?.downsample ?? 1);
  });
  for (const mpp of [mppX, mppY]) expect(mpp === null || (mpp > 0 && mpp < 1000)).toBe(true);
}

/** Reads a tile of each end of each of the first levels: whole, missing, or refused. Answers how many had pixels. */
export async function readEnds(source: SlideSource): Promise<number> {
  let read = 0;
  for (const [level, size] of source.description.levels.slice(0, 6).entries()) {
    const { columns, rows } = tileCounts(size);
    for (const address of [
      { level, column: 0, row: 0 },
      { level, column: columns - 1, row: rows - 1 },
    ]) {
      try {
        const tile = await source.readTile(address, signal);
        if (tile.kind === 'pixels') expect(tile.data).toHaveLength(tile.width * tile.height * 4);
        if (tile.kind !== 'missing') read++;
      } catch (error) {
        if (!isFailure(error) || !reading.includes(error.code)) throw error;
      }
    }
  }
  return read;
}
