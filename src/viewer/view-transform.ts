// Where the slide lies on screen: level-0 px to CSS px of the viewer's element and back, also turned and mirrored. Level-0
// px are square on screen, also where mppX and mppY differ. Pure numbers, taken once a frame and shared by everything that
// draws. How a turned picture is painted is the business of oriented-canvas.ts.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { magnificationOf, spacingOf } from '../pyramid/magnification.ts';

/** How the slide is turned: first by `degrees` clockwise on screen, then mirrored left to right. */
export interface Orientation {
  readonly degrees: number;
  readonly flipped: boolean;
}

export const upright: Orientation = { degrees: 0, flipped: false };

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ViewTransform extends Orientation, Size {
  /** What lies in the element's middle, level-0 px. `width` and `height` are the element's, CSS px. */
  readonly x: number;
  readonly y: number;
  /** CSS px a level-0 px. */
  readonly scale: number;
}

/**
 * The turn as a matrix: a step (x, y) on the slide goes (a x + c y, b x + d y) on screen. Orthogonal, so its inverse is
 * (a x + b y, c x + d y); whole numbers at right angles.
 */
export function axesOf({ degrees, flipped }: Orientation): { a: number; b: number; c: number; d: number } {
  const quarter = (((degrees / 90) % 4) + 4) % 4;
  const radians = (degrees * Math.PI) / 180;
  const cos = Number.isInteger(quarter) ? ([1, 0, -1, 0][quarter] ?? 1) : Math.cos(radians);
  const sin = Number.isInteger(quarter) ? ([0, 1, 0, -1][quarter] ?? 0) : Math.sin(radians);
  const mirror = flipped ? -1 : 1;
  return { a: mirror * cos, b: sin, c: -mirror * sin, d: cos };
}

/** True where rows and columns of the slide are rows and columns of the screen, either way round. */
export function isRightAngled({ degrees }: Orientation): boolean {
  return Number.isInteger(degrees / 90);
}

/** 0 to 360, without 360. */
export function normalDegrees(degrees: number): number {
  return ((degrees % 360) + 360) % 360;
}

/** CSS px in the element. */
export function toScreen(transform: ViewTransform, at: Point): Point {
  const { a, b, c, d } = axesOf(transform);
  const x = (at.x - transform.x) * transform.scale;
  const y = (at.y - transform.y) * transform.scale;
  return { x: transform.width / 2 + a * x + c * y, y: transform.height / 2 + b * x + d * y };
}

/** Level-0 px of a place in the element (CSS px). */
export function toSlide(transform: ViewTransform, at: Point): Point {
  const step = stepOnSlide(transform, { x: at.x - transform.width / 2, y: at.y - transform.height / 2 });
  return { x: transform.x + step.x, y: transform.y + step.y };
}

/** Level-0 px that a step on screen (CSS px) makes on the slide. */
export function stepOnSlide(transform: ViewTransform, step: Point): Point {
  const { a, b, c, d } = axesOf(transform);
  return { x: (a * step.x + b * step.y) / transform.scale, y: (c * step.x + d * step.y) / transform.scale };
}

/** The smallest upright rectangle around points. */
export function boundsOf(points: readonly Point[]): Rect {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export function cornersOf({ x, y, width, height }: Rect): readonly [Point, Point, Point, Point] {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

/** The element's four corners, level-0 px, clockwise on screen from the upper left. */
export function viewCorners(transform: ViewTransform): Point[] {
  const { width, height } = transform;
  return cornersOf({ x: 0, y: 0, width, height }).map((corner) => toSlide(transform, corner));
}

/** What the element shows, level-0 px, and at odd angles a little more; it may reach beyond the slide. */
export function visibleRectOf(transform: ViewTransform): Rect {
  return boundsOf(viewCorners(transform));
}

/** The whole level-0 px of a slide that `rect` touches; null when it lies beside the slide. */
export function wholePixelsOn(slide: Size, rect: Rect): Rect | null {
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

/** um that a CSS px across the screen covers: between mppX and mppY as the slide is turned. */
export function micronsAcross(transform: ViewTransform, mppX: number, mppY: number): number {
  const { x, y } = stepOnSlide(transform, { x: 1, y: 0 });
  return Math.hypot(x * mppX, y * mppY);
}

/** Greatest scale worth having, CSS px a level-0 px: pixels four wide, or 80x, whichever shows more. */
export function largestScale(mpp: number | null): number {
  return Math.max(4, mpp === null ? 0 : scaleOfMagnification(80, mpp));
}

export function sameTransform(one: ViewTransform | null, other: ViewTransform): boolean {
  const members = ['x', 'y', 'scale', 'degrees', 'flipped', 'width', 'height'] as const;
  return one !== null && members.every((member) => one[member] === other[member]);
}

/** The whole slide (level-0 px) in the middle of an element (CSS px). */
export function fitTransform(slide: Size, element: Size, orientation: Orientation = upright): ViewTransform {
  const { a, b, c, d } = axesOf(orientation);
  const across = Math.abs(a) * slide.width + Math.abs(c) * slide.height;
  const down = Math.abs(b) * slide.width + Math.abs(d) * slide.height;
  const scale = Math.max(Number.MIN_VALUE, Math.min(element.width / across, element.height / down));
  const { width, height } = element;
  return { ...orientation, x: slide.width / 2, y: slide.height / 2, scale, width, height };
}
