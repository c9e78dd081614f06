// A picture that a scanner keeps beside the slide (label, macro), put together from its parts. Read only when the user asks
// to see it; never a level, never in a model, never exported.

import { Failure } from '../lib/failure.ts';
import type { AssociatedImage, SourceTile } from '../slides/slide-source.ts';
import type { PictureDecoder, TilePixels } from '../tiles/picture-decoder.ts';
import type { Raster } from './pixels.contract.ts';

/** A larger one is no label. */
const LARGEST_PX = 40_000_000;

/**
 * The whole picture; white where a part is missing.
 * @throws Failure `unsupported-format` when it is too large; `damaged` and what reading throws; an AbortError.
 */
export async function readAssociated(
  image: AssociatedImage,
  decoder: PictureDecoder,
  signal: AbortSignal,
): Promise<Raster> {
  const { width, height } = image;
  if (width * height > LARGEST_PX) {
    throw new Failure(
      'unsupported-format',
      `The ${image.kind} picture is ${width} x ${height} px: too large to show. Look at it in another viewer.`,
    );
  }
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (const { x, y, tile } of await image.read(signal)) {
    signal.throwIfAborted();
    const part = await pixelsOf(tile, decoder);
    if (part !== null) copyInto(data, width, height, part, x, y);
  }
  return { width, height, data };
}

async function pixelsOf(tile: SourceTile, decoder: PictureDecoder): Promise<TilePixels | null> {
  if (tile.kind === 'missing') return null;
  return tile.kind === 'pixels' ? tile : decoder.decode(tile.blob, tile.core, tile);
}

/** Cut at the picture's edges. */
function copyInto(
  data: Uint8ClampedArray,
  width: number,
  height: number,
  part: TilePixels,
  left: number,
  top: number,
): void {
  const columns = Math.min(part.width, width - left);
  if (columns <= 0) return;
  for (let row = 0; row < part.height && top + row < height; row++) {
    const from = 4 * row * part.width;
    data.set(part.data.subarray(from, from + 4 * columns), 4 * ((top + row) * width + left));
  }
}
