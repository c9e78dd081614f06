// Geometry of regions: their polygons, their lines, how far they reach, and which places lie inside. Their area: area.ts.
// Pure.

import type { Rect } from '../pyramid/geometry.ts';
import type { Position, RegionGeometry, Ring, SimpleGeometry } from './region.ts';

/** A collection taken apart, however deep; any other geometry alone. */
export function partsOf(geometry: RegionGeometry): readonly SimpleGeometry[] {
  return geometry.type === 'GeometryCollection' ? geometry.geometries.flatMap(partsOf) : [geometry];
}

/** Each polygon as its rings, outer first; none for points and lines, which have no inside. */
export function polygonsOf(geometry: RegionGeometry): readonly (readonly Ring[])[] {
  return partsOf(geometry).flatMap((part) => {
    if (part.type === 'Polygon') return [part.coordinates];
    return part.type === 'MultiPolygon' ? part.coordinates : [];
  });
}

/** Every line to draw; a point is a line of one place. */
export function linesOf(geometry: RegionGeometry): readonly Ring[] {
  return partsOf(geometry).flatMap(linesOfPart);
}

function linesOfPart(geometry: SimpleGeometry): readonly Ring[] {
  switch (geometry.type) {
    case 'Point':
      return [[geometry.coordinates]];
    case 'MultiPoint':
      return geometry.coordinates.map((position) => [position]);
    case 'LineString':
      return [geometry.coordinates];
    case 'MultiPolygon':
      return geometry.coordinates.flat();
    default:
      return geometry.coordinates;
  }
}

/** The upright rectangle around it, level-0 px. */
export function extentOf(geometry: RegionGeometry): Rect {
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const line of linesOf(geometry)) {
    for (const [x = Number.NaN, y = Number.NaN] of line) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
    }
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** [left, top, right, bottom] around all of them, as GeoJSON's `bbox` has it; nothing around nothing. */
export function boundingBoxOf(geometries: readonly RegionGeometry[]): readonly number[] | undefined {
  if (geometries.length === 0) return undefined;
  const { x, y, width, height } = extentOf({ type: 'GeometryCollection', geometries });
  return [x, y, x + width, y + height];
}

/** Where the line of height `y` is inside: pairs [from, to) of x, by the even-odd rule, left to right, none overlapping. */
export function spansAt(geometry: RegionGeometry, y: number): readonly (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  for (const rings of polygonsOf(geometry)) {
    const crossings: number[] = [];
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i++) {
        const [x0, y0] = place(ring[i]);
        const [x1, y1] = place(ring[(i + 1) % ring.length]);
        if (y0 <= y === y1 <= y) continue;
        crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
      }
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) spans.push([crossings[i] ?? 0, crossings[i + 1] ?? 0]);
  }
  return joined(spans.sort(([a], [b]) => a - b));
}

/** Polygons of one region may overlap: no place is inside twice. `spans` from left to right. */
function joined(spans: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const apart: [number, number][] = [];
  for (const [from, to] of spans) {
    const last = apart.at(-1);
    if (last !== undefined && from < last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

function place(position: Position | undefined): readonly [number, number] {
  return [position?.[0] ?? Number.NaN, position?.[1] ?? Number.NaN];
}
