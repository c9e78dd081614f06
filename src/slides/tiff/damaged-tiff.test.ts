// Damaged slides end in words: whatever is wrong with a file, opening it or reading its tiles gives a documented code,
// soon, and without asking for memory that a sound file of its size would not need.

import { expect, test } from 'vitest';
import { damagedTiffs } from '../../../e2e/fixtures/damaged-tiffs.ts';
import { isFailure } from '../../lib/failure.ts';
import { tileCounts } from '../../pyramid/levels.ts';
import { openSlide } from '../registry.ts';

const PATIENCE_MS = 5000;
const MEMORY_BYTES = 400e6;
const CODES = ['damaged', 'unsupported-format', 'not-a-slide', 'tile-unavailable'];

/** Opens the file and reads tiles from the corners and the middle of each level: the codes met. */
async function codesOf(file: File): Promise<string[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const codes: string[] = [];
  const met = (error: unknown) => {
    if (!isFailure(error)) throw error;
    codes.push(error.code);
  };
  const source = await openSlide({ kind: 'files', files: [file] }, signal).catch(met);
  if (source === undefined) return codes;
  for (const [level, size] of source.description.levels.entries()) {
    const { columns, rows } = tileCounts(size);
    for (const share of [0, 0.5, 0.999]) {
      const address = { level, column: Math.floor(share * columns), row: Math.floor(share * rows) };
      await source.readTile(address, signal).catch(met);
    }
  }
  for (const picture of source.associated ?? []) await picture.read(signal).catch(met);
  source.close();
  return codes;
}

test('200 damaged files', { timeout: 300_000 }, async () => {
  const files = damagedTiffs();
  expect(files.length).toBeGreaterThanOrEqual(200);
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  const memoryBefore = process.resourceUsage().maxRSS * 1024;
  let refused = 0;
  for (const { name, bytes } of files) {
    const start = performance.now();
    const codes = await codesOf(new File([bytes], 'damaged.tif')).catch((error) => {
      throw new Error(`${name}: ${error}`, { cause: error });
    });
    expect(performance.now() - start, name).toBeLessThan(PATIENCE_MS);
    expect(CODES, name).toEqual(expect.arrayContaining(codes));
    if (codes.length > 0) refused++;
  }
  // Not all damage can be seen: a changed pixel is a pixel.
  expect(refused).toBeGreaterThan(150);
  expect(process.resourceUsage().maxRSS * 1024 - memoryBefore).toBeLessThan(MEMORY_BYTES);
});
