// Regions as GeoJSON files that QuPath writes and reads (annotation objects; positions in level-0 px). A feature is kept
// whole: members and properties that mean nothing here are written back as they came. Loaded when a file is read or made.

import { Failure } from '../lib/failure.ts';
import { check, z } from '../lib/schema.ts';
import { type Region, type RegionGeometry, regionColours } from './region.ts';

const position = z.array(z.number()).min(2);
const line = z.array(position).min(2);
const ring = z.array(position).min(4, 'a ring has fewer than four positions');
export const geometrySchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Point'), coordinates: position }),
  z.looseObject({ type: z.literal('MultiPoint'), coordinates: z.array(position).min(1) }),
  z.looseObject({ type: z.literal('LineString'), coordinates: line }),
  z.looseObject({ type: z.literal('MultiLineString'), coordinates: z.array(line).min(1) }),
  z.looseObject({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
  z.looseObject({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring).min(1)).min(1) }),
]);
const featureSchema = z.looseObject({
  type: z.literal('Feature'),
  geometry: geometrySchema,
  properties: z.record(z.string(), z.unknown()).nullish(),
});
/** Levels of nesting that a file may have: far more than any program writes, far less than writing it again can stand. */
const deepest = 100;
const fileSchema = z.union([
  z
    .looseObject({ type: z.literal('FeatureCollection'), features: z.array(featureSchema) })
    .transform((c) => c.features),
  featureSchema.transform((feature) => [feature]),
  z.array(featureSchema),
]);

type Feature = z.infer<typeof featureSchema>;

/**
 * The regions in the text of a file: a FeatureCollection, a list of features or one.
 * @throws Failure `damaged` when it is none of these.
 */
export function parseRegions(text: string): Region[] {
  const given = jsonOf(text);
  const parsed = isDeeperThan(given, deepest) ? null : check(fileSchema, given);
  if (parsed === null || !parsed.success) {
    throw new Failure(
      'damaged',
      'This file has no regions that can be read. Give GeoJSON with points, lines or polygons, as QuPath exports it.',
    );
  }
  const taken = new Set<string>();
  return parsed.data.map((feature, index) => regionOf(feature, index, taken));
}

/** A FeatureCollection that QuPath opens. `measurements`: numbers to give each region, by its id. */
export function formatRegions(
  regions: readonly Region[],
  slide: { readonly name: string; readonly width: number; readonly height: number },
  measurements: Readonly<Record<string, Readonly<Record<string, number>>>> = {},
): string {
  const features = regions.map((region) => featureOf(region, measurements[region.id] ?? {}));
  return `${JSON.stringify({ type: 'FeatureCollection', slide, features }, null, 1)}\n`;
}

function regionOf(feature: Feature, index: number, taken: Set<string>): Region {
  const given = typeof feature.id === 'string' ? feature.id : '';
  const id = z.uuid().safeParse(given).success && !taken.has(given) ? given : crypto.randomUUID();
  taken.add(id);
  const geometry: RegionGeometry = feature.geometry;
  return {
    id,
    name: nameOf(feature) ?? `Region ${index + 1}`,
    colour: colourOf(feature) ?? regionColours[index % regionColours.length] ?? regionColours[0],
    geometry,
    feature,
  };
}

function featureOf(region: Region, measurements: Readonly<Record<string, number>>): Record<string, unknown> {
  const source = region.feature === null ? null : featureSchema.parse(region.feature);
  const properties = source?.properties ?? {};
  const known = measurementMap(properties.measurements);
  const added = Object.keys(measurements).length > 0;
  return {
    ...source,
    type: 'Feature',
    id: region.id,
    geometry: region.geometry,
    properties: {
      objectType: 'annotation',
      ...properties,
      ...(source !== null && nameOf(source) === region.name ? {} : { name: region.name }),
      ...(source !== null && colourOf(source) === region.colour ? {} : { color: rgbOf(region.colour) }),
      ...(added ? { measurements: { ...known, ...measurements } } : {}),
    },
  };
}

/** Before version 0.4 QuPath wrote a list of { name, value }. */
function measurementMap(given: unknown): Record<string, unknown> {
  const list = z.array(z.object({ name: z.string(), value: z.unknown() })).safeParse(given);
  return list.success ? Object.fromEntries(list.data.map(({ name, value }) => [name, value])) : objectOf(given);
}

function nameOf({ properties }: Feature): string | null {
  const own = properties?.name;
  if (typeof own === 'string' && own !== '') return own;
  const classification = properties?.classification;
  if (typeof classification === 'string' && classification !== '') return classification;
  const className = objectOf(classification).name;
  return typeof className === 'string' && className !== '' ? className : null;
}

function colourOf({ properties }: Feature): string | null {
  const classification = objectOf(properties?.classification);
  const candidates = [properties?.color, properties?.colorRGB, classification.color, classification.colorRGB];
  return candidates.map(hexOf).find((hex) => hex !== null) ?? null;
}

/** [r, g, b] (and a), or one whole number as older QuPath wrote it (0xAARRGGBB, signed). */
function hexOf(colour: unknown): string | null {
  const hex = (value: number) => `#${(value & 0xffffff).toString(16).padStart(6, '0')}`;
  if (typeof colour === 'number' && Number.isInteger(colour)) return hex(colour);
  const channels = z.array(z.int().min(0).max(255)).min(3).max(4).safeParse(colour);
  if (!channels.success) return null;
  const [r = 0, g = 0, b = 0] = channels.data;
  return hex((r << 16) | (g << 8) | b);
}

function rgbOf(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('damaged', 'This file is not GeoJSON. Give one that QuPath or Concentric exported.', { cause });
  }
}

/** Without recursion, which is what deep files break. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let inside: unknown[] = [value];
  for (let level = 0; level <= levels; level++) {
    inside = inside.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (inside.length === 0) return false;
  }
  return true;
}
