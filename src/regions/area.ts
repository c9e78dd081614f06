// The area of a region. Places count once: where polygons of one region lie over each other (QuPath merges most, other
// programs do not), and where an outline crosses itself, inside is what the even-odd rule calls so, as for the cells that a
// region counts (shape.ts). Exact: bands between corners and crossings, in which every width changes evenly. Pure.

import type { RegionGeometry, Ring } from './region.ts';
import { polygonsOf } from './shape.ts';

/** A side that is not level, from its upper end down. */
interface Side {
  readonly top: number;
  readonly bottom: number;
  /** x at height y, level-0 px. */
  readonly at: (y: number) => number;
  /** The polygon it is of. */
  readonly polygon: number;
}

/** Sides looked at, over all bands. Far beyond what anybody outlines, and a second at most. */
const mostSteps = 6e6;

const known = new WeakMap<RegionGeometry, number>();

/** Level-0 px². An outline too tangled to be taken apart in a second is measured polygon by polygon. */
export function areaPx2(geometry: RegionGeometry): number {
  const before = known.get(geometry);
  if (before !== undefined) return before;
  const polygons = polygonsOf(geometry);
  const area = sweptArea(polygons) ?? polygons.reduce((sum, rings) => sum + shoelaceArea(rings), 0);
  known.set(geometry, area);
  return area;
}

/** Band by band, from above; null when that takes too long. */
function sweptArea(polygons: readonly (readonly Ring[])[]): number | null {
  const sides = polygons.flatMap((rings, polygon) => rings.flatMap((ring) => sidesOf(ring, polygon)));
  sides.sort((a, b) => a.top - b.top);
  const heights = [...new Set(sides.flatMap(({ top, bottom }) => [top, bottom]))].sort((a, b) => a - b);
  let area = 0;
  let steps = 0;
  let next = 0;
  let active: Side[] = [];
  for (const [index, from] of heights.slice(0, -1).entries()) {
    const to = heights[index + 1] ?? from;
    active = active.filter(({ bottom }) => bottom > from);
    for (let side = sides[next]; side !== undefined && side.top <= from; side = sides[++next]) active.push(side);
    const cuts = crossings(active, from, to, (mostSteps - steps) / active.length - 1);
    if (cuts === null) return null;
    steps += active.length * (cuts.length + 1);
    let above = from;
    for (const below of [...cuts, to]) {
      area += (below - above) * widthAt(active, (above + below) / 2);
      above = below;
    }
  }
  return area;
}

function sidesOf(ring: Ring, polygon: number): Side[] {
  return ring.flatMap(([x0 = Number.NaN, y0 = Number.NaN], index) => {
    const [x1 = Number.NaN, y1 = Number.NaN] = ring[(index + 1) % ring.length] ?? [];
    if (!(y0 < y1 || y1 < y0)) return [];
    const slope = (x1 - x0) / (y1 - y0);
    return [{ top: Math.min(y0, y1), bottom: Math.max(y0, y1), at: (y: number) => x0 + (y - y0) * slope, polygon }];
  });
}

/** Heights between `from` and `to` at which two of the sides cross, downwards: they change places. Null: more than `most`. */
function crossings(sides: readonly Side[], from: number, to: number, most: number): number[] | null {
  if (most < 0) return null;
  const ends = sides.map(({ at }) => ({ above: at(from), below: at(to) }));
  ends.sort((a, b) => a.above - b.above || a.below - b.below);
  const found: number[] = [];
  for (let right = 1; right < ends.length; right++) {
    for (let left = right - 1; left >= 0; left--) {
      const [a, b] = [ends[left], ends[left + 1]];
      if (a === undefined || b === undefined || a.below <= b.below) break;
      const [apart, over] = [b.above - a.above, a.below - b.below];
      if (apart > 0) found.push(from + ((to - from) * apart) / (apart + over));
      if (found.length > most) return null;
      ends[left] = b;
      ends[left + 1] = a;
    }
  }
  return found.sort((a, b) => a - b);
}

/** px of the line at height `y` that lie inside of at least one polygon. */
function widthAt(sides: readonly Side[], y: number): number {
  const met = sides.map(({ at, polygon }) => ({ x: at(y), polygon })).sort((a, b) => a.x - b.x);
  const inside = new Set<number>();
  let width = 0;
  let since = 0;
  for (const { x, polygon } of met) {
    if (inside.size === 0) since = x;
    if (!inside.delete(polygon)) inside.add(polygon);
    if (inside.size === 0) width += x - since;
  }
  return width;
}

/** Holes taken out. */
function shoelaceArea([outer = [], ...holes]: readonly Ring[]): number {
  return ringArea(outer) - holes.reduce((sum, hole) => sum + ringArea(hole), 0);
}

function ringArea(ring: Ring): number {
  let twice = 0;
  for (const [index, [x0 = Number.NaN, y0 = Number.NaN]] of ring.entries()) {
    const [x1 = Number.NaN, y1 = Number.NaN] = ring[(index + 1) % ring.length] ?? [];
    twice += x0 * y1 - x1 * y0;
  }
  return Math.abs(twice) / 2;
}
