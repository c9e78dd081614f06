// Compiles on WebGPU what a run will ask for, before anybody waits for it: a shader is another for one patch and for a
// batch, for a patch's raster and for a region's. The answers are thrown away. A model without an encoder is left out.

import { leastWindows } from './batch-sizes.ts';
import type { ModelRuntime, RasterPixels, WindowOrigin } from './model-runtime.ts';
import { withMaps } from './with-maps.ts';

/** @throws Failure `model-invalid`, `out-of-memory`, `device-lost`. */
export async function warmUp(runtime: ModelRuntime, patchSizePx: number, magnifications: number): Promise<void> {
  if (runtime.gpu === null) return;
  const { headBatch, encodeBatch, windowCells } = runtime;
  await passRegions(runtime, leastWindows * windowCells, magnifications, [1, encodeBatch, headBatch]);
  // Those for few rows are others than those for many. Larger regions are tried in settle-block.ts.
  await passRegions(runtime, 2 * leastWindows * windowCells, magnifications, [1]);
  const one = blankRaster(patchSizePx + 2 * runtime.contextPx);
  const batches = Array.from({ length: magnifications }, () => Array.from({ length: encodeBatch }, () => one));
  const windows = Array.from({ length: magnifications }, () => corners(encodeBatch));
  await withMaps(runtime, batches, (maps) => runtime.classify(maps, windows, { embeddings: true }));
}

/**
 * What a run does: encodes a region of `sideCells` feature cells a side at each magnification, and answers as many patches
 * as `answers` says, then as many again. @throws Failure `model-invalid`, `out-of-memory`, `device-lost`.
 */
export async function passRegions(
  runtime: ModelRuntime,
  sideCells: number,
  magnifications: number,
  answers: readonly number[],
): Promise<void> {
  const raster = blankRaster(sideCells * runtime.featureStridePx + 2 * runtime.contextPx);
  const steps = Array.from({ length: magnifications }, () => 1);
  const gatherer = runtime.gather({ columns: 1, rows: 1, steps, wants: () => true });
  for (const magnification of steps.keys()) {
    await gatherer.add({ magnification, column: 0, row: 0, columns: sideCells, rows: sideCells }, raster);
  }
  for (const count of answers) {
    const patches = Array.from({ length: count }, () => 0);
    await gatherer.answer(patches);
    if (gatherer.answersAlone) await gatherer.answerAlone(patches, magnifications - 1);
  }
}

/** White would do as well: what is in it costs the same. */
function blankRaster(sidePx: number): RasterPixels {
  return { width: sidePx, height: sidePx, data: new Uint8Array(sidePx * sidePx * 3) };
}

function corners(patches: number): WindowOrigin[] {
  return Array.from({ length: patches }, (_, item) => ({ item, row: 0, column: 0 }));
}
