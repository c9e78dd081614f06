// Where a region's name stands in a picture of a part of the slide. Pure.

import type { Point } from '../../pyramid/geometry.ts';

/** Less room than this above an outline is too little for its name, px of a screen. */
const ROOM_PX = 20;

/**
 * Where its line of text begins: above the outline, or within it where that begins at the picture's edge, as it does in a
 * picture of the area that was analysed for this very region. `corner`: of the outline's box, upper left, px of the picture;
 * `unit`: px that one px of a screen becomes.
 */
export function regionNamePlace(corner: Point, unit: number): Point {
  if (corner.y > ROOM_PX * unit) return { x: corner.x, y: corner.y - 5 * unit };
  return { x: Math.max(0, corner.x) + 5 * unit, y: Math.max(0, corner.y) + 18 * unit };
}
