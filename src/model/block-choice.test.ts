import { describe, expect, test } from 'vitest';
import { type BlockShape, blockShape, chooseBlock, usualBlock } from './block-choice.ts';

const patch = { patchSizePx: 128, contextPx: 48, featureStridePx: 16 };
const enough = 10_000;

/** A device whose pass takes `perPass` ms and `perMpx` ms for a million px, and keeps what it was asked. */
function device(perPass: number, perMpx: number, more: (cells: number) => number = () => 0) {
  const asked: number[] = [];
  const timeOf = async ({ cells, rasterPx }: BlockShape) => {
    asked.push(cells);
    return perPass + (perMpx * 3 * rasterPx ** 2) / 1e6 + more(cells);
  };
  return { asked, timeOf };
}

test('a region has room for so many cells at half steps, in whole feature cells', () => {
  expect(blockShape(4, patch)).toEqual({ cells: 4, sideCells: 16, rasterPx: 256 + 96 });
  expect(blockShape(16, patch)).toEqual({ cells: 16, sideCells: 64, rasterPx: 1024 + 96 });
  expect(blockShape(3, { ...patch, patchSizePx: 48 }).sideCells).toBe(5);
});

describe('the size of regions', () => {
  test('where every pass costs as much as many px, the largest wins', async () => {
    const { rasterPx, sentence } = await chooseBlock(patch, enough, device(20, 1).timeOf);
    expect(rasterPx).toBe(1632);
    expect(sentence).toMatch(/up to 1632 x 1632 px .* from 608, 1120, 1632 px/);
  });

  test('where large blocks no longer fit, a small one wins', async () => {
    const spilling = device(1, 5, (cells) => (cells > 8 ? 100 : 0));
    expect((await chooseBlock(patch, enough, spilling.timeOf)).rasterPx).toBe(608);
  });

  test('the usual one stays unless another is clearly faster', async () => {
    const alike = device(0, 0, (cells) => cells ** 2 * (cells === 24 ? 0.095 : 0.1));
    expect((await chooseBlock(patch, enough, alike.timeOf)).rasterPx).toBe(1120);
  });

  test('a first pass, which makes programs, is not counted', async () => {
    const seen = new Set<number>();
    const compiling = device(20, 1, (cells) => {
      const isFirst = cells === 24 && !seen.has(cells);
      seen.add(cells);
      return isFirst ? 400 : 0;
    });
    expect((await chooseBlock(patch, enough, compiling.timeOf)).rasterPx).toBe(1632);
  });

  test('a device that is slow is asked once, and one that is less slow not for more than the budget', async () => {
    const slow = device(0, 10_000);
    expect(await chooseBlock(patch, enough, slow.timeOf)).toEqual(usualBlock(patch));
    expect(slow.asked).toEqual([4]);
    const slowish = device(0, 350);
    expect(await chooseBlock(patch, enough, slowish.timeOf)).toEqual(usualBlock(patch));
    expect(slowish.asked).toEqual([4, 4, 8, 8, 8]);
  });

  test('none is tried that the device can’t hold', async () => {
    const small = device(20, 1);
    expect((await chooseBlock(patch, 1200, small.timeOf)).rasterPx).toBe(1120);
    expect(small.asked).not.toContain(24);
  });
});
