// JSON descriptions of tiles, as web viewers take them: one address pattern for all levels, or a list of levels each with
// its size and its tiles or its one picture (the "legacy image pyramid"). The one format that can carry the scale as
// plain numbers, so it serves as a manifest for slides of others.

import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import type { TiledLevel } from '../../pyramid/geometry.ts';
import { downsampleOfWidths } from '../../pyramid/levels.ts';
import type { SlideFiles } from '../bytes/slide-files.ts';
import { MAX_LEVELS, unscaled } from '../slide-facts.ts';
import type { SlideDescription, SlideSource, TileAddress } from '../slide-source.ts';
import { plausibleSpacing } from '../spacing.ts';
import { PictureTiles } from './picture-tiles.ts';

const size = z.number().int().min(1);
const levelSchema = z.object({
  width: size,
  height: size,
  url: z.string().min(1),
  downsample: z.number().min(1).optional(),
});

const descriptionSchema = z.object({
  name: z.string().optional(),
  width: size.optional(),
  height: size.optional(),
  tileSize: size.optional(),
  tileWidth: size.optional(),
  tileHeight: size.optional(),
  tileOverlap: z.number().int().nonnegative().default(0),
  minLevel: z.number().int().nonnegative().optional(),
  maxLevel: z.number().int().nonnegative().max(40).optional(),
  url: z.string().min(1).optional(),
  levels: z.array(levelSchema).min(1).max(MAX_LEVELS).optional(),
  sparse: z.boolean().default(false),
  mpp: z.number().optional(),
  mpp_x: z.number().optional(),
  mpp_y: z.number().optional(),
  objective_power: z.number().positive().optional(),
});

type Description = z.infer<typeof descriptionSchema>;

/** Levels finest first, each with the pattern of its tiles' addresses. */
type Levels = readonly (TiledLevel & { readonly pattern: string; readonly z: number })[];

/**
 * Opens what `text`, found at `path` of `files`, describes.
 * @throws Failure `not-a-slide`, `damaged`.
 */
export function openTileDescription(files: SlideFiles, name: string, text: string): SlideSource {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new Failure('damaged', `${name} is no sound JSON: it is cut short or damaged. Copy or download it again.`, {
      cause,
    });
  }
  const parsed = check(descriptionSchema, document);
  const levels = parsed.success ? levelsOf(parsed.data) : null;
  if (!parsed.success || levels === null) {
    const where = parsed.error?.issues[0];
    const what = where === undefined ? '' : ` (${where.path.join('.')}: ${where.message})`;
    throw new Failure(
      'not-a-slide',
      `${name} does not describe a slide${what}. It needs width, height, tileSize and url, or levels with width, height and url.`,
    );
  }
  const pathOf = ({ level, column, row }: TileAddress) => {
    const found = levels[level];
    return found === undefined ? null : filled(found.pattern, { z: found.z, x: column, y: row });
  };
  return new PictureTiles(files, describe(parsed.data, name, levels), pathOf, {
    overlapPx: parsed.data.tileOverlap,
    slackPx: 1,
  });
}

/** True when `text` has the outer form of a description of this kind, sound or not. */
export function looksLikeTileDescription(text: string): boolean {
  return /^\s*\{/.test(text) && /"(levels|tileSize|tileWidth)"\s*:/.test(text);
}

function levelsOf(description: Description): Levels | null {
  const { width, height, url, levels, tileSize } = description;
  const tileWidth = description.tileWidth ?? tileSize;
  const tileHeight = description.tileHeight ?? tileSize ?? tileWidth;
  if (levels !== undefined) {
    const sorted = [...levels].sort((a, b) => b.width - a.width);
    const widest = sorted[0]?.width ?? 0;
    return sorted.map((level, index) => ({
      width: level.width,
      height: level.height,
      downsample: level.downsample ?? downsampleOfWidths(widest, level.width),
      tileWidth: isPattern(level.url) ? (tileWidth ?? level.width) : level.width,
      tileHeight: isPattern(level.url) ? (tileHeight ?? level.height) : level.height,
      pattern: level.url,
      z: sorted.length - 1 - index,
    }));
  }
  if (width === undefined || height === undefined || url === undefined || tileWidth === undefined || !isPattern(url)) {
    return null;
  }
  const finest = description.maxLevel ?? Math.ceil(Math.log2(Math.max(width, height)));
  const count = finest - (description.minLevel ?? 0) + 1;
  if (count < 1) return null;
  return Array.from({ length: count }, (_, halvings) => ({
    width: Math.ceil(width / 2 ** halvings),
    height: Math.ceil(height / 2 ** halvings),
    downsample: 2 ** halvings,
    tileWidth,
    tileHeight: tileHeight ?? tileWidth,
    pattern: url,
    z: finest - halvings,
  }));
}

function isPattern(url: string): boolean {
  return /\{(x|y|z)\}/.test(url);
}

function filled(pattern: string, numbers: Readonly<Record<'x' | 'y' | 'z', number>>): string {
  return pattern.replace(/\{(x|y|z)\}/g, (_, letter: 'x' | 'y' | 'z') => String(numbers[letter]));
}

function describe(description: Description, name: string, levels: readonly TiledLevel[]): SlideDescription {
  const { mpp = Number.NaN, mpp_x = mpp, mpp_y = mpp_x } = description;
  const spacing = plausibleSpacing(mpp_x, mpp_y);
  return {
    ...unscaled(description.name || name, 'Tile description', levels),
    ...(spacing === null ? {} : { ...spacing, mppSource: 'manifest' as const }),
    objectivePower: description.objective_power ?? null,
    sparse: description.sparse,
  };
}
