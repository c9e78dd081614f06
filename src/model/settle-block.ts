// Takes the times by which block-choice.ts chooses, on the device that a model has just been put on. Before the first
// answer: what programs a block needs are made by it.

import { isFailure } from '../lib/failure.ts';
import { type BlockChoice, type BlockShape, chooseBlock, type PatchShape, usualBlock } from './block-choice.ts';
import type { ModelRuntime } from './model-runtime.ts';
import { blankRaster } from './warm-up.ts';
import { withMaps } from './with-maps.ts';

/**
 * On WebGPU, where a model has an encoder; elsewhere the usual block. On WebAssembly regions have one size, so that a slide
 * gets the same numbers on every computer. @throws Failure `device-lost`, `model-invalid`.
 */
export async function settleBlock(runtime: ModelRuntime, patch: PatchShape): Promise<BlockChoice> {
  if (runtime.gpu === null) return usualBlock(patch);
  try {
    return await chooseBlock(patch, runtime.maxRasterPx, (block) => timeOf(runtime, block));
  } catch (error) {
    // A block that does not fit is no reason against the device: runs cut theirs down.
    if (isFailure(error, 'out-of-memory')) return usualBlock(patch);
    throw error;
  }
}

/** ms from the first raster handed over to the answer of a patch read back: only then is a device done. */
async function timeOf(runtime: ModelRuntime, { sidesPx }: BlockShape): Promise<number> {
  const rasters = sidesPx.map((side) => [blankRaster(side)]);
  const windows = sidesPx.map(() => [{ item: 0, row: 0, column: 0 }]);
  const start = performance.now();
  await withMaps(runtime, rasters, (maps) => runtime.classify(maps, windows));
  return performance.now() - start;
}
