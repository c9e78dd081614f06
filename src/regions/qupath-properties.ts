// What QuPath says of an object in a GeoJSON feature's properties, by every name that its versions have written: kind, name
// and class, colour, measurements. Held against QuPath's own reader and writer (PathObjectTypeAdapter and
// PathClassTypeAdapter in github.com/qupath/qupath, qupath-core, qupath.lib.io).

import { z } from '../lib/schema.ts';
import { isObject } from './geometry-check.ts';
import { propertiesOf, type Region } from './region.ts';

/** QuPath's kinds of objects, by every name that its versions have written. */
const objectTypes: ReadonlyMap<unknown, string> = new Map([
  ...['annotation', 'detection', 'tile', 'cell', 'tmaCore', 'root'].map((kind) => [kind, kind] as const),
  ['tma_core', 'tmaCore'],
  ['PathAnnotationObject', 'annotation'],
  ['PathDetectionObject', 'detection'],
  ['PathTileObject', 'tile'],
  ['PathCellObject', 'cell'],
  ['TMACoreObject', 'tmaCore'],
  ['PathRootObject', 'root'],
]);

/** For a feature without `objectType`: before it there was `object_type`, and in version 0.2 the id. */
export function objectTypeOf(feature: Region['feature']): string {
  const { object_type, type } = propertiesOf(feature);
  const said = [object_type, type, feature?.id].map((name) => objectTypes.get(name));
  return said.find((kind) => kind !== undefined) ?? 'annotation';
}

/** As a map; before version 0.4 QuPath wrote a list of { name, value }. */
export function measurementMap(given: unknown): Readonly<Record<string, unknown>> {
  const list = z.array(z.object({ name: z.string(), value: z.unknown() })).safeParse(given);
  return list.success ? Object.fromEntries(list.data.map(({ name, value }) => [name, value])) : objectOf(given);
}

/** Its own name, else that of its class; null where it has neither. */
export function nameOf({ name, classification }: Readonly<Record<string, unknown>>): string | null {
  if (typeof name === 'string' && name !== '') return name;
  const parts = classNamesOf(classification);
  return parts.length === 0 ? null : parts.join(': ');
}

/** The parts of a QuPath class, outermost first: a class may be derived of another, as "Positive" of "Tumor". */
function classNamesOf(classification: unknown): string[] {
  const { names, name, parentClass } =
    typeof classification === 'string' ? { name: classification } : objectOf(classification);
  const isName = (part: unknown): part is string => typeof part === 'string' && part !== '';
  // Before version 0.4 with its parent; how deep a file may nest was looked at when it was read.
  return Array.isArray(names)
    ? names.filter(isName)
    : [...(parentClass ? classNamesOf(parentClass) : []), name].filter(isName);
}

/** "#rrggbb": its own, else that of its class; null where it has neither. */
export function colourOf(properties: Readonly<Record<string, unknown>>): string | null {
  const classification = objectOf(properties.classification);
  const candidates = [properties.color, properties.colorRGB, classification.color, classification.colorRGB];
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

/** [r, g, b] of "#rrggbb". */
export function rgbOf(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
