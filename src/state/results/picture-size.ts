// How large a picture of a part of the slide becomes, before anything is read. Pure.

import type { Rect } from '../../pyramid/geometry.ts';
import { requireMpp } from '../../pyramid/levels.ts';
import { spacingOf } from '../../pyramid/magnification.ts';

/** What browsers give a canvas at least. */
const longestPx = 16_384;
const mostPx = 100_000_000;

interface Scaled {
  /** um per level-0 px. */
  readonly mppX: number | null;
  readonly mppY: number | null;
}

/** um a px at a magnification; never finer than the slide's own pixels. @throws Failure `mpp-unknown`. */
export function pictureSpacing(slide: Scaled, magnification: number): number {
  const { mppX, mppY } = requireMpp(slide);
  return Math.max(spacingOf(magnification), mppX, mppY);
}

/** px of a picture of `rect` (level-0 px) at `micronsPerPx`. @throws Failure `mpp-unknown`. */
export function pictureSize(
  slide: Scaled,
  rect: Rect,
  micronsPerPx: number,
): { readonly width: number; readonly height: number } {
  const { mppX, mppY } = requireMpp(slide);
  return {
    width: Math.max(1, Math.round((rect.width * mppX) / micronsPerPx)),
    height: Math.max(1, Math.round((rect.height * mppY) / micronsPerPx)),
  };
}

/** False when no browser could hold it. */
export function isPictureFeasible({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return Math.max(width, height) <= longestPx && width * height <= mostPx;
}
