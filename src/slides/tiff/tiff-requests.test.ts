// How few reads a slide behind a link takes: each is a round trip to a server far away.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dataFile, hasData } from '../../../e2e/fixtures/data.ts';
import { tileCounts } from '../../pyramid/levels.ts';
import { BlockedBytes, type ByteSource } from '../bytes/byte-source.ts';
import { openTiff } from './tiff.ts';

const SLIDE = 'slides/CMU-1-Small-Region.svs';
/** What the registry reads to know the format. */
const SNIFF_BYTES = 1 << 16;
/** As many tiles at a time as the tile store asks for. */
const AT_A_TIME = 8;

class CountedBytes implements ByteSource {
  readonly ranges: [number, number][] = [];
  bytesRead = 0;
  size: number | null = null;
  readonly #content: Uint8Array;

  constructor(content: Uint8Array) {
    this.#content = content;
  }

  async read(start: number, end: number): Promise<ArrayBuffer> {
    const bytes = this.#content.slice(start, end);
    this.ranges.push([start, end]);
    this.bytesRead += bytes.length;
    this.size = this.#content.length;
    return bytes.buffer as ArrayBuffer;
  }
}

describe.skipIf(!hasData)('the slide of one level, all of which the first full view needs', () => {
  // From the middle outwards, as the viewer asks, and row by row, as a run does.
  test.each(['outwards', 'by rows'])('%s: at most 12 requests and 1.5 MB', async (order) => {
    const source = new CountedBytes(readFileSync(dataFile(SLIDE)));
    const bytes = new BlockedBytes(source);
    const signal = new AbortController().signal;
    await bytes.read(0, SNIFF_BYTES, signal);
    const slide = await openTiff(bytes, 'a.svs', signal);
    const [level] = slide.description.levels;
    if (level === undefined) throw new Error('no level');
    const { columns, rows } = tileCounts(level);
    const tiles = Array.from({ length: columns * rows }, (_, k) => ({
      column: k % columns,
      row: Math.floor(k / columns),
    }));
    const fromMiddle = ({ column, row }: { column: number; row: number }) =>
      Math.hypot(column - columns / 2, row - rows / 2);
    if (order === 'outwards') tiles.sort((a, b) => fromMiddle(a) - fromMiddle(b));
    for (let at = 0; at < tiles.length; at += AT_A_TIME) {
      await Promise.all(tiles.slice(at, at + AT_A_TIME).map((tile) => slide.readTile({ level: 0, ...tile }, signal)));
    }
    expect(source.ranges.length).toBeLessThanOrEqual(12);
    expect(source.bytesRead).toBeLessThanOrEqual(1.5e6);
    // None of them read the label's or the macro picture's strips, which lie behind 1.5 MB.
    expect(source.ranges.filter(([start, end]) => end - start > 1 << 15 && start > 1.4e6)).toEqual([]);
  });
});
