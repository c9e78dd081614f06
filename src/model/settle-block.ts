// Takes the times by which block-choice.ts chooses, on the device that a model has just been put on. Before the first
// answer: what programs a block needs are made by it.

import { isFailure } from '../lib/failure.ts';
import { type BlockChoice, type BlockShape, chooseBlock, type PatchShape, usualBlock } from './block-choice.ts';
import type { ModelRuntime } from './model-runtime.ts';
import { passRegions } from './warm-up.ts';

/**
 * On WebGPU, where a model has an encoder; elsewhere the usual block. On WebAssembly regions have one size, so that a slide
 * gets the same numbers on every computer. @throws Failure `device-lost`, `model-invalid`.
 */
export async function settleBlock(
  runtime: ModelRuntime,
  patch: PatchShape,
  magnifications: number,
): Promise<BlockChoice> {
  if (runtime.gpu === null) return usualBlock(patch);
  try {
    return await chooseBlock(patch, runtime.maxRasterPx, (block) => timeOf(runtime, block, magnifications));
  } catch (error) {
    // A block that does not fit is no reason against the device: runs cut theirs down.
    if (isFailure(error, 'out-of-memory')) return usualBlock(patch);
    throw error;
  }
}

/** ms from the first raster handed over to the answer of a patch read back: only then is a device done. */
async function timeOf(runtime: ModelRuntime, { sideCells }: BlockShape, magnifications: number): Promise<number> {
  const start = performance.now();
  await passRegions(runtime, sideCells, magnifications, [1]);
  return performance.now() - start;
}
