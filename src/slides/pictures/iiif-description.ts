// Reads the info.json of a IIIF Image service, version 2 or 3 (https://iiif.io/api/image/). It fetches nothing.

import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import type { TiledLevel } from '../../pyramid/geometry.ts';
import { downsampleOfWidths } from '../../pyramid/levels.ts';
import { MAX_LEVELS } from '../slide-facts.ts';
import { plausibleSpacing } from '../spacing.ts';

/** For services that cut any region but name no tiles of their own. */
const DEFAULT_TILE_PX = 512;
const PHYSICAL_SIZE = 'http://iiif.io/api/annex/services/physdim';
const MICRONS_PER_UNIT: Readonly<Record<string, number>> = { mm: 1000, cm: 10_000, in: 25_400 };

const size = z.number().int().min(1);
const someOf = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(schema).optional());

const infoSchema = z.object({
  '@context': z.union([z.string(), z.array(z.unknown())]).optional(),
  '@id': z.string().optional(),
  id: z.string().optional(),
  width: size,
  height: size,
  profile: z.union([z.string(), z.array(z.unknown())]).optional(),
  tiles: z
    .array(z.object({ width: size, height: size.optional(), scaleFactors: z.array(size).min(1).max(MAX_LEVELS) }))
    .max(MAX_LEVELS)
    .optional(),
  sizes: z
    .array(z.object({ width: size, height: size }))
    .max(MAX_LEVELS)
    .optional(),
  service: someOf(z.unknown()),
});

const physicalSizeSchema = z.object({
  profile: z.literal(PHYSICAL_SIZE),
  physicalScale: z.number().positive(),
  physicalUnits: z.string(),
});

export interface IiifDescription {
  readonly version: 2 | 3;
  /** Address of the service, without a slash at the end; as the document has it. */
  readonly service: string;
  /** Finest first. */
  readonly levels: readonly TiledLevel[];
  /** True when only whole pictures in fixed sizes are to be had: one a level. */
  readonly wholePictures: boolean;
  readonly spacing: { readonly mppX: number; readonly mppY: number } | null;
}

/** @throws Failure `not-a-slide`, `unsupported-format`, `damaged`. */
export function parseIiif(text: string): IiifDescription {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new Failure(
      'damaged',
      'The info.json can’t be read: it is cut short or damaged. Copy or download it again.',
      { cause },
    );
  }
  const parsed = check(infoSchema, document);
  if (!parsed.success) {
    const where = parsed.error.issues[0];
    throw new Failure(
      'not-a-slide',
      `The info.json does not describe a picture (${where?.path.join('.')}: ${where?.message}). Open the info.json of a IIIF image.`,
    );
  }
  const info = parsed.data;
  const version = versionOf(info);
  const service = (version === 3 ? info.id : info['@id']) ?? info.id ?? info['@id'];
  if (service === undefined)
    throw new Failure(
      'not-a-slide',
      'The info.json does not say where its pictures are (id). Ask whoever runs the image server.',
    );
  const levels = tiledLevels(info);
  return {
    version,
    service: service.replace(/\/+$/, ''),
    levels: levels ?? sizedLevels(info),
    wholePictures: levels === null,
    spacing: spacingOf(info.service ?? []),
  };
}

type Info = z.infer<typeof infoSchema>;

/** What a member says in plain words, alone or in a list with other things. */
function wordsOf(member: unknown): string {
  return [member]
    .flat()
    .filter((part) => typeof part === 'string')
    .join(' ');
}

function versionOf(info: Info): 2 | 3 {
  const found = /iiif\.io\/api\/image\/(\d)/.exec(wordsOf(info['@context']))?.[1];
  if (found === '2' || found === '3') return Number(found) as 2 | 3;
  throw new Failure(
    'unsupported-format',
    'This IIIF image speaks neither version 2 nor version 3 of the Image API. Ask whoever runs the image server.',
  );
}

/**
 * Levels cut into tiles; null when there are none. A service that cuts any region has every halving up to one tile
 * beside those it names; one of fixed files has those it names and no other.
 */
function tiledLevels({ width, height, tiles, profile }: Info): TiledLevel[] | null {
  // Of several tilings the one that reaches furthest up the pyramid.
  const tiling = [...(tiles ?? [])].sort((a, b) => Math.max(...b.scaleFactors) - Math.max(...a.scaleFactors))[0];
  const hasFixedFiles = /level0/.test(wordsOf(profile));
  if (tiling === undefined && hasFixedFiles) return null;
  const tileWidth = tiling?.width ?? DEFAULT_TILE_PX;
  const tileHeight = tiling?.height ?? tileWidth;
  const named = tiling?.scaleFactors ?? [];
  const others = hasFixedFiles ? [] : halvings(Math.max(width / tileWidth, height / tileHeight));
  const factors = [...new Set([...named, ...others])].sort((a, b) => a - b);
  if (factors[0] !== 1) {
    throw new Failure(
      'unsupported-format',
      'This IIIF image offers no tiles of its full size (scale factor 1). Ask whoever runs the image server.',
    );
  }
  return factors.map((downsample) => ({
    width: Math.ceil(width / downsample),
    height: Math.ceil(height / downsample),
    downsample,
    tileWidth,
    tileHeight,
  }));
}

/** 1, 2, 4, … up to the first that is at least `factor`. */
function halvings(factor: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil(Math.log2(factor))) + 1 }, (_, power) => 2 ** power);
}

/** Whole pictures in the sizes that are there, each one tile. */
function sizedLevels({ width, height, sizes = [] }: Info): TiledLevel[] {
  const all = [{ width, height }, ...sizes.filter((one) => one.width < width)].sort((a, b) => b.width - a.width);
  return all.map((one) => ({
    ...one,
    downsample: downsampleOfWidths(width, one.width),
    tileWidth: one.width,
    tileHeight: one.height,
  }));
}

/** The scale from the service for physical dimensions, where there is one. */
function spacingOf(services: readonly unknown[]): IiifDescription['spacing'] {
  for (const service of services) {
    const parsed = physicalSizeSchema.safeParse(service);
    if (!parsed.success) continue;
    const mpp = parsed.data.physicalScale * (MICRONS_PER_UNIT[parsed.data.physicalUnits] ?? Number.NaN);
    return plausibleSpacing(mpp, mpp);
  }
  return null;
}
