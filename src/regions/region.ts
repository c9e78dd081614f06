// A region that somebody marked on a slide: its shape, its name, its colour. Plain data; files are geojson.ts, numbers
// statistics.ts, drawing it is the viewer's work. Not the rectangle of a run, which is a Rect.

import type { Point, Rect } from '../pyramid/geometry.ts';

/** x and y in level-0 px; what comes after them is kept and not looked at. */
export type Position = readonly number[];
export type Ring = readonly Position[];

/** A geometry of one kind as GeoJSON (RFC 7946) has it, level-0 px. Rings are closed: the first position comes again. */
export type SimpleGeometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'MultiPoint' | 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'Polygon' | 'MultiLineString'; readonly coordinates: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] };

export type RegionGeometry =
  | SimpleGeometry
  | { readonly type: 'GeometryCollection'; readonly geometries: readonly RegionGeometry[] };

export interface Region {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  /** "#rrggbb". */
  readonly colour: string;
  readonly geometry: RegionGeometry;
  /** The GeoJSON feature it was read from, whole, so that nothing is lost when it is written again; null for one drawn here. */
  readonly feature: Readonly<Record<string, unknown>> | null;
  /** Set here; absent: as the feature says. */
  readonly locked?: boolean;
  /** What its feature did not have and it was given when it was read, to be shown by: not written unless it is changed. */
  readonly given?: { readonly name?: string; readonly colour?: string };
}

/** What the user changes of one. */
export type RegionChange = Partial<Pick<Region, 'name' | 'colour' | 'locked'>>;

/** Members of a GeoJSON FeatureCollection beside its features, by name. */
export type CollectionMembers = Readonly<Record<string, unknown>>;

/** Not to be renamed, recoloured or removed before it is unlocked, as in QuPath. */
export function isLocked({ locked, feature }: Pick<Region, 'locked' | 'feature'>): boolean {
  return locked ?? propertiesOf(feature).isLocked === true;
}

/** The properties of a GeoJSON feature; none where it has none. */
export function propertiesOf(feature: Region['feature']): Readonly<Record<string, unknown>> {
  const properties = feature?.properties;
  return typeof properties === 'object' && properties !== null ? (properties as Record<string, unknown>) : {};
}

/** Bright enough for an outline on any stain, and told apart with any colour vision. */
export const regionColours = ['#ffd400', '#00b0ff', '#ff6d00', '#e040fb', '#00e676', '#ffffff'] as const;

/** A closed polygon through three or more places, whole level-0 px. */
export function polygonThrough(points: readonly Point[]): RegionGeometry {
  const ring = points.map(({ x, y }) => [Math.round(x), Math.round(y)]);
  return { type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] };
}

/** The four corners of a rectangle, clockwise from the upper left. */
export function polygonOfRect({ x, y, width, height }: Rect): RegionGeometry {
  return polygonThrough([
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ]);
}
