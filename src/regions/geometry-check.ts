// Whether data from a file is a geometry or a feature of GeoJSON (RFC 7946). Plain functions and no schema: a schema tells
// every fault of a list, which of a list of hundreds of thousands takes seconds; here the first one ends it.

import type { Position, RegionGeometry } from './region.ts';

/** A GeoJSON feature as it came; what means nothing here is kept. */
export interface Feature {
  readonly [member: string]: unknown;
  readonly type: 'Feature';
  readonly geometry: RegionGeometry;
  readonly properties?: Readonly<Record<string, unknown>> | null | undefined;
}

type Check = (value: unknown) => boolean;

/** Far beyond any slide, px; larger numbers would overflow where extents and areas are computed. */
const FARTHEST_PX = 1e9;

const isWithinReach: Check = (value) => typeof value === 'number' && Math.abs(value) <= FARTHEST_PX;

function isPosition(value: unknown): value is Position {
  return isListOf(isWithinReach, 2)(value);
}

/** A list of `least` items or more. */
function isListOf(isItem: Check, least: number): Check {
  return (value) => Array.isArray(value) && value.length >= least && value.every(isItem);
}

const isRing = isListOf(isPosition, 4);
const isPolygon = isListOf(isRing, 1);
const coordinateChecks = new Map<unknown, Check>([
  ['Point', isPosition],
  ['MultiPoint', isListOf(isPosition, 1)],
  ['LineString', isListOf(isPosition, 2)],
  ['MultiLineString', isListOf(isListOf(isPosition, 2), 1)],
  ['Polygon', isPolygon],
  ['MultiPolygon', isListOf(isPolygon, 1)],
]);

/** How deep collections nest is not looked at: see `excessOfRegions`. */
export function isGeometry(value: unknown): value is RegionGeometry {
  if (!isObject(value)) return false;
  if (value.type === 'GeometryCollection') return isListOf(isGeometry, 1)(value.geometries);
  return coordinateChecks.get(value.type)?.(value.coordinates) ?? false;
}

export function isFeature(value: unknown): value is Feature {
  if (!isObject(value) || value.type !== 'Feature' || !isGeometry(value.geometry)) return false;
  return value.properties === undefined || value.properties === null || isObject(value.properties);
}

export function isFeatures(value: unknown): value is Feature[] {
  return isListOf(isFeature, 0)(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
