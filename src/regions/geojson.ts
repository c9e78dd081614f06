// Regions as GeoJSON files that QuPath writes and reads (annotation objects; positions in level-0 px). Features and their
// collection are kept whole: members and properties that mean nothing here are written back as they came. Loaded when a
// file is read or made.

import { Failure } from '../lib/failure.ts';
import { excessOf } from '../lib/json-size.ts';
import { z } from '../lib/schema.ts';
import { type Feature, isFeature, isFeatures, isGeometry, isObject } from './geometry-check.ts';
import { colourOf, measurementMap, nameOf, objectTypeOf, rgbOf } from './qupath-properties.ts';
import {
  type CollectionMembers,
  isLocked,
  propertiesOf,
  type Region,
  type RegionGeometry,
  regionColours,
} from './region.ts';
import { boundingBoxOf } from './shape.ts';

export const geometrySchema = z.custom<RegionGeometry>(isGeometry, 'no geometry of GeoJSON');
/** Of regions from a file: far more than any program writes, far less than what drawing and writing them again can stand. */
const limits = { levels: 100, branches: 2_000_000 };
/** A sentence on regions that nest too deeply or are too many; null for those that are neither. */
export function excessOfRegions(value: unknown): string | null {
  const excess = excessOf(value, limits);
  if (excess === null) return null;
  return excess === 'deep'
    ? 'Its regions nest too deeply.'
    : 'Its regions have more than two million places. Simplify their outlines, or keep them in several files.';
}

/** Our own member of the collection: which slide the regions are of. It is written anew, not kept. */
const slideMemberSchema = z.strictObject({ name: z.string(), width: z.number(), height: z.number() });

/**
 * What the text of a file holds: a FeatureCollection, a list of features or one.
 * @throws Failure `damaged` when it is none of these.
 */
export function parseRegions(text: string): { regions: Region[]; members: CollectionMembers } {
  const given = jsonOf(text);
  const excess = excessOfRegions(given);
  const read = excess === null ? featuresOf(given) : null;
  if (read === null) {
    throw new Failure(
      'damaged',
      `This file has no regions that can be read.${excess === null ? '' : ` ${excess}`} Give GeoJSON with points, lines or polygons, as QuPath exports it.`,
    );
  }
  const taken = new Set<string>();
  const { features, members } = read;
  const { slide, ...others }: CollectionMembers = members;
  const isOurs = slide === undefined || slideMemberSchema.safeParse(slide).success;
  return {
    regions: features.map((feature, index) => regionOf(feature, index, taken)),
    members: isOurs ? others : members,
  };
}

/** The features of a collection, of a list or of one alone; null where one of them is none. */
function featuresOf(given: unknown): { features: readonly Feature[]; members: CollectionMembers } | null {
  if (isFeatures(given)) return { features: given, members: {} };
  if (isFeature(given)) return { features: [given], members: {} };
  if (!isObject(given)) return null;
  const { type, features, ...members } = given;
  return type === 'FeatureCollection' && isFeatures(features) ? { features, members } : null;
}

/** A FeatureCollection that QuPath opens. `measurements`: numbers to give each region, by its id. `members`: as read. */
export function formatRegions(
  regions: readonly Region[],
  slide: { readonly name: string; readonly width: number; readonly height: number },
  measurements: Readonly<Record<string, Readonly<Record<string, number>>>> = {},
  members: CollectionMembers = {},
): string {
  const features = regions.map((region) => featureOf(region, measurements[region.id] ?? {}));
  const bbox = members.bbox === undefined ? undefined : boundingBoxOf(regions.map(({ geometry }) => geometry));
  // A member that is undefined is not written.
  return `${JSON.stringify({ type: 'FeatureCollection', slide, ...members, bbox, features }, null, 1)}\n`;
}

function regionOf(feature: Feature, index: number, taken: Set<string>): Region {
  const known = typeof feature.id === 'string' ? feature.id : '';
  const id = z.guid().safeParse(known).success && !taken.has(known) ? known : crypto.randomUUID();
  taken.add(id);
  const properties = propertiesOf(feature);
  const [ownName, ownColour] = [nameOf(properties), colourOf(properties)];
  const name = ownName ?? `Region ${index + 1}`;
  const colour = ownColour ?? regionColours[index % regionColours.length] ?? regionColours[0];
  const given = { ...(ownName === null ? { name } : {}), ...(ownColour === null ? { colour } : {}) };
  const isComplete = ownName !== null && ownColour !== null;
  return { id, name, colour, geometry: feature.geometry, feature, ...(isComplete ? {} : { given }) };
}

function featureOf(region: Region, measurements: Readonly<Record<string, number>>): Record<string, unknown> {
  const properties = propertiesOf(region.feature);
  const { name = null, colour = null } = region.given ?? {};
  const isLockedBefore = properties.isLocked === true;
  const known = measurementMap(properties.measurements);
  const added = Object.keys(measurements).length > 0;
  return {
    ...region.feature,
    type: 'Feature',
    id: region.id,
    geometry: region.geometry,
    properties: {
      objectType: objectTypeOf(region.feature),
      ...properties,
      ...((nameOf(properties) ?? name) === region.name ? {} : { name: region.name }),
      ...((colourOf(properties) ?? colour) === region.colour ? {} : { color: rgbOf(region.colour) }),
      ...(isLocked(region) === isLockedBefore ? {} : { isLocked: !isLockedBefore }),
      ...(added ? { measurements: { ...known, ...measurements } } : {}),
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return jsonWithNumbersInWords(text);
  }
}

/** QuPath has written measurements without a value as a bare NaN, which is no JSON; now it writes the word, as here. */
function jsonWithNumbersInWords(text: string): unknown {
  try {
    return JSON.parse(
      text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
        part.startsWith('"') ? part : `"${part}"`,
      ),
    );
  } catch (cause) {
    throw new Failure('damaged', 'This file is not GeoJSON. Give one that QuPath or Concentric exported.', { cause });
  }
}
