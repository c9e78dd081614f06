// Where the slide lies on screen: level-0 px to CSS px of the viewer's element and back. Level-0 px are square on screen,
// also where mppX and mppY differ. Pure numbers, taken once a frame and shared by everything that draws.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { magnificationOf, spacingOf } from '../pyramid/magnification.ts';

export interface ViewTransform {
  /** What lies at the element's upper left corner, level-0 px. */
  readonly left: number;
  readonly top: number;
  /** CSS px a level-0 px. */
  readonly scale: number;
  /** Of the element, CSS px. */
  readonly width: number;
  readonly height: number;
}

/** CSS px in the element. */
export function toScreen({ left, top, scale }: ViewTransform, at: Point): Point {
  return { x: (at.x - left) * scale, y: (at.y - top) * scale };
}

/** Level-0 px of a place in the element (CSS px). */
export function toSlide({ left, top, scale }: ViewTransform, at: Point): Point {
  return { x: left + at.x / scale, y: top + at.y / scale };
}

/** What the element shows, level-0 px; it may reach beyond the slide. */
export function visibleRectOf({ left, top, scale, width, height }: ViewTransform): Rect {
  return { x: left, y: top, width: width / scale, height: height / scale };
}

/** The whole level-0 px of a slide that `rect` touches; null when it lies beside the slide. */
export function wholePixelsOn(slide: { readonly width: number; readonly height: number }, rect: Rect): Rect | null {
  const x = Math.max(0, Math.floor(rect.x));
  const y = Math.max(0, Math.floor(rect.y));
  const right = Math.min(slide.width, Math.ceil(rect.x + rect.width));
  const bottom = Math.min(slide.height, Math.ceil(rect.y + rect.height));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}

/** Magnification on screen: 10 / (um a CSS px); CSS px a level-0 px where mpp (um per level-0 px) is unknown. */
export function magnificationOfScale(scale: number, mpp: number | null): number {
  return mpp === null ? scale : magnificationOf(mpp / scale);
}

/** CSS px a level-0 px at a magnification; the inverse of `magnificationOfScale`. */
export function scaleOfMagnification(magnification: number, mpp: number | null): number {
  return mpp === null ? magnification : mpp / spacingOf(magnification);
}

/** Greatest scale worth having, CSS px a level-0 px: pixels four wide, or 80x, whichever shows more. */
export function largestScale(mpp: number | null): number {
  return Math.max(4, mpp === null ? 0 : scaleOfMagnification(80, mpp));
}

export function sameTransform(a: ViewTransform | null, b: ViewTransform): boolean {
  return (
    a !== null &&
    a.left === b.left &&
    a.top === b.top &&
    a.scale === b.scale &&
    a.width === b.width &&
    a.height === b.height
  );
}

/** The whole slide (level-0 px) in the middle of an element (CSS px). */
export function fitTransform(
  slide: { readonly width: number; readonly height: number },
  element: { readonly width: number; readonly height: number },
): ViewTransform {
  const { width, height } = element;
  const scale = Math.max(Number.MIN_VALUE, Math.min(width / slide.width, height / slide.height));
  return { left: (slide.width - width / scale) / 2, top: (slide.height - height / scale) / 2, scale, width, height };
}
