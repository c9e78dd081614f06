// The field of view of one magnification around a point: what the model is fed there, and what of the slide it shows.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { requireMpp } from '../pyramid/levels.ts';
import type { FieldRequest, Padding } from './pixels.contract.ts';

export interface CropShape {
  /** um/px of the crop. */
  readonly spacing: number;
  /** px a side. */
  readonly patchSizePx: number;
  /** px of surroundings added on every side (what an encoder sees beyond the patch); 0 for the patch itself. */
  readonly contextPx: number;
  readonly padding: Padding;
}

/**
 * The raster of P + 2c px centred on `at` (level-0 px).
 * @throws Failure `mpp-unknown`.
 */
export function cropField(
  slide: { readonly mppX: number | null; readonly mppY: number | null },
  at: Point,
  { spacing, patchSizePx, contextPx, padding }: CropShape,
): FieldRequest {
  const region = cropRegion(slide, at, spacing, patchSizePx + 2 * contextPx);
  const size = patchSizePx + 2 * contextPx;
  return { origin: { x: region.x, y: region.y }, spacing, width: size, height: size, padding };
}

/**
 * What a square raster of `sizePx` at `spacing` centred on `at` covers, level-0 px.
 * @throws Failure `mpp-unknown`.
 */
export function cropRegion(
  slide: { readonly mppX: number | null; readonly mppY: number | null },
  at: Point,
  spacing: number,
  sizePx: number,
): Rect {
  const { mppX, mppY } = requireMpp(slide);
  const width = (sizePx * spacing) / mppX;
  const height = (sizePx * spacing) / mppY;
  return { x: at.x - width / 2, y: at.y - height / 2, width, height };
}
