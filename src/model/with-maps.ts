// Encode, use, give back: features live on the device and must be given back whatever happens in between. It keeps
// nothing.

import type { EncoderRaster, FeatureMap, ModelRuntime } from './model-runtime.ts';

/**
 * Encodes one batch of rasters a magnification (finest first), hands the maps to `task`, and disposes them.
 * @throws what `encode` and `task` throw.
 */
export async function withMaps<T>(
  runtime: ModelRuntime,
  rasters: readonly (readonly EncoderRaster[])[],
  task: (maps: readonly FeatureMap[]) => Promise<T>,
): Promise<T> {
  const maps: FeatureMap[] = [];
  try {
    for (const [magnification, batch] of rasters.entries()) maps.push(await runtime.encode(batch, magnification));
    return await task(maps);
  } finally {
    for (const map of maps) map.dispose();
  }
}
