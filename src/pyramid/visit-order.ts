// The order in which the parts of a run are worked off: what the user looks at comes first. Pure; the run asks again
// whenever the view has moved.

import type { Point, Rect } from './geometry.ts';

/** Square of the distance from `point` to the nearest place of `rect`, level-0 px squared; 0 inside. */
export function squaredDistance(point: Point, rect: Rect): number {
  const dx = Math.max(rect.x - point.x, 0, point.x - (rect.x + rect.width));
  const dy = Math.max(rect.y - point.y, 0, point.y - (rect.y + rect.height));
  return dx * dx + dy * dy;
}

/** The items, nearest to `centre` (level-0 px) first; equal ones keep their order. */
export function nearestFirst<T>(items: readonly T[], centre: Point, rectOf: (item: T) => Rect): T[] {
  const distanceTo = (item: T) => {
    const rect = rectOf(item);
    const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
    return (middle.x - centre.x) ** 2 + (middle.y - centre.y) ** 2;
  };
  return items
    .map((item) => ({ item, distance: distanceTo(item) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ item }) => item);
}
