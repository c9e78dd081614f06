// The order in which the parts of a run are worked off: what is on screen comes first, nearest to its middle. Pure; the
// run asks again whenever the view has moved.

import type { Point, Rect } from './geometry.ts';

/** Square of the distance from `point` to the nearest place of `rect`, level-0 px squared; 0 inside. */
export function squaredDistance(point: Point, rect: Rect): number {
  const dx = Math.max(rect.x - point.x, 0, point.x - (rect.x + rect.width));
  const dy = Math.max(rect.y - point.y, 0, point.y - (rect.y + rect.height));
  return dx * dx + dy * dy;
}

/** Whether two rectangles have area in common. */
export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** How near a rectangle is to what the user looks at: square of the distance to the view's middle; 0 without a view. */
export function distanceFromView(visible: Rect | null, rect: Rect): number {
  if (visible === null) return 0;
  return squaredDistance({ x: visible.x + visible.width / 2, y: visible.y + visible.height / 2 }, rect);
}
