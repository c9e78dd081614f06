// Compiles on WebGPU what a run will ask for, before anybody waits for it: a shader is another for one patch and for a
// batch, for a patch's raster and for a block's. The answers are thrown away. A model without an encoder is left out.

import type { ModelRuntime, RasterPixels, WindowOrigin } from './model-runtime.ts';
import { withMaps } from './with-maps.ts';

/** @throws Failure `model-invalid`, `out-of-memory`, `device-lost`. */
export async function warmUp(runtime: ModelRuntime, patchSizePx: number, magnifications: number): Promise<void> {
  if (runtime.gpu === null) return;
  const { headBatch, encodeBatch, featureStridePx: stride } = runtime;
  const fieldPx = patchSizePx + 2 * runtime.contextPx;
  const one = blankRaster(fieldPx);
  const block = blankRaster(fieldPx + patchSizePx - (patchSizePx % stride));
  for (const { rasters, patches } of [
    { rasters: [block], patches: headBatch },
    { rasters: Array.from({ length: encodeBatch }, () => one), patches: encodeBatch },
  ]) {
    const batches = Array.from({ length: magnifications }, () => rasters);
    const windows = Array.from({ length: magnifications }, () => corners(patches, rasters.length));
    await withMaps(runtime, batches, async (maps) => {
      const embedded = await runtime.embedMaps(maps, patches);
      await runtime.classify(maps, windows, { embeddings: embedded === null });
    });
  }
}

/** White would do as well: what is in it costs the same. */
export function blankRaster(sidePx: number): RasterPixels {
  return { width: sidePx, height: sidePx, data: new Uint8Array(sidePx * sidePx * 3) };
}

function corners(patches: number, items: number): WindowOrigin[] {
  return Array.from({ length: patches }, (_, n) => ({ item: n % items, row: 0, column: 0 }));
}
