import { describe, expect, test } from 'vitest';
import { type BlockShape, blockShape, chooseBlock, usualBlock } from './block-choice.ts';

const patch = { patchSizePx: 128, contextPx: 48, featureStridePx: 16, spacings: [0.5, 1, 2] };
const enough = 10_000;

/** A device whose pass takes `perPass` ms and `perMpx` ms for a million px, and keeps what it was asked. */
function device(perPass: number, perMpx: number, more: (cells: number) => number = () => 0) {
  const asked: number[] = [];
  const timeOf = async ({ cells, sidesPx }: BlockShape) => {
    asked.push(cells);
    return perPass + (perMpx * sidesPx.reduce((sum, side) => sum + side ** 2, 0)) / 1e6 + more(cells);
  };
  return { asked, timeOf };
}

test('a block has the rasters that a run cuts for as many cells at half steps', () => {
  expect(blockShape(1, patch).sidesPx).toEqual([224, 224, 224]);
  expect(blockShape(16, patch).sidesPx).toEqual([224 + 960, 224 + 480, 224 + 240]);
  // Whole feature cells, where the magnifications are no multiples of one another.
  const odd = blockShape(2, { ...patch, spacings: [0.5, 0.7] }).sidesPx;
  expect(odd.map((side) => (side - 224) % 16)).toEqual([0, 0]);
});

describe('the size of blocks', () => {
  test('where every pass costs as much as many px, the largest wins', async () => {
    const { rasterPx, sentence } = await chooseBlock(patch, enough, device(20, 1).timeOf);
    expect(rasterPx).toBe(1696);
    expect(sentence).toMatch(/up to 1696 x 1696 px .* from 672, 1184, 1696 px/);
  });

  test('where large blocks no longer fit, a small one wins', async () => {
    const spilling = device(1, 5, (cells) => (cells > 8 ? 100 : 0));
    expect((await chooseBlock(patch, enough, spilling.timeOf)).rasterPx).toBe(672);
  });

  test('the usual one stays unless another is clearly faster', async () => {
    const alike = device(0, 0, (cells) => cells ** 2 * (cells === 24 ? 0.095 : 0.1));
    expect((await chooseBlock(patch, enough, alike.timeOf)).rasterPx).toBe(1184);
  });

  test('a first pass, which makes programs, is not counted', async () => {
    const seen = new Set<number>();
    const compiling = device(20, 1, (cells) => {
      const isFirst = cells === 24 && !seen.has(cells);
      seen.add(cells);
      return isFirst ? 400 : 0;
    });
    expect((await chooseBlock(patch, enough, compiling.timeOf)).rasterPx).toBe(1696);
  });

  test('a device that is slow is asked once, and one that is less slow not for more than the budget', async () => {
    const slow = device(0, 10_000);
    expect(await chooseBlock(patch, enough, slow.timeOf)).toEqual(usualBlock(patch));
    expect(slow.asked).toEqual([3]);
    const slowish = device(0, 350);
    expect(await chooseBlock(patch, enough, slowish.timeOf)).toEqual(usualBlock(patch));
    expect(slowish.asked).toEqual([3, 3, 8, 8, 8]);
  });

  test('none is tried that the device can’t hold', async () => {
    const small = device(20, 1);
    expect((await chooseBlock(patch, 1200, small.timeOf)).rasterPx).toBe(1184);
    expect(small.asked).not.toContain(24);
  });
});
