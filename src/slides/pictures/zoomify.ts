// Zoomify: a description in one element, tiles numbered through all levels and put into folders of 256. Levels are
// halved until one tile holds them; whether halves are rounded up or down differs between writers, and the number of
// tiles in the description tells. The format has no field for the scale.

import { XMLParser } from 'fast-xml-parser';
import { Failure } from '../../lib/failure.ts';
import { readable } from '../../lib/percent-encoding.ts';
import { check, z } from '../../lib/schema.ts';
import type { TiledLevel } from '../../pyramid/geometry.ts';
import { tileCounts } from '../../pyramid/levels.ts';
import type { SlideFiles } from '../bytes/slide-files.ts';
import { unscaled } from '../slide-facts.ts';
import type { SlideSource, TileAddress } from '../slide-source.ts';
import { PictureTiles } from './picture-tiles.ts';

const TILES_A_GROUP = 256;
const DESCRIPTION_NAME = /ImageProperties\.xml/i;

const wholeNumber = z.coerce.number().int().min(1);
const propertiesSchema = z.object({
  WIDTH: wholeNumber,
  HEIGHT: wholeNumber,
  TILESIZE: wholeNumber,
  NUMTILES: wholeNumber.optional(),
});

export interface ZoomifyDescription {
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
  readonly tileSizePx: number;
  /** Of all levels; null when the description does not say. */
  readonly tileCount: number | null;
}

/** Opens the pyramid whose description, `text`, is at `path`. @throws Failure `not-a-slide`, `damaged`. */
export function openZoomify(files: SlideFiles, path: string, text: string): SlideSource {
  const levels = zoomifyLevels(parseZoomify(text));
  const firstTile = firstTiles(levels);
  const folder = path.slice(0, path.search(DESCRIPTION_NAME));
  // A query that follows the description's name goes along; one that holds the name is part of the folder.
  const query = path.slice(folder.length).replace(DESCRIPTION_NAME, '');
  const name = readable(folder.replace(/\/+$/, '').replace(/^.*[/=]/, '')) || 'Zoomify';
  const pathOf = ({ level, column, row }: TileAddress, size: TiledLevel) => {
    const number = (firstTile[level] ?? 0) + row * tileCounts(size).columns + column;
    const group = Math.floor(number / TILES_A_GROUP);
    return `${folder}TileGroup${group}/${levels.length - 1 - level}-${column}-${row}.jpg${query}`;
  };
  return new PictureTiles(files, unscaled(name, 'Zoomify', levels), pathOf, { slackPx: 1 });
}

/** @throws Failure `not-a-slide`, `damaged`. */
export function parseZoomify(text: string): ZoomifyDescription {
  let document: unknown;
  try {
    document = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(text);
  } catch (cause) {
    throw new Failure(
      'damaged',
      'ImageProperties.xml can’t be read: it is cut short or damaged. Copy or download it again.',
      { cause },
    );
  }
  const parsed = check(z.object({ IMAGE_PROPERTIES: propertiesSchema }), document);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.at(-1);
    throw new Failure(
      'not-a-slide',
      `ImageProperties.xml does not describe a Zoomify slide (${String(where ?? '')} makes no sense). Open the ImageProperties.xml of a slide.`,
    );
  }
  const { WIDTH, HEIGHT, TILESIZE, NUMTILES } = parsed.data.IMAGE_PROPERTIES;
  return { width: WIDTH, height: HEIGHT, tileSizePx: TILESIZE, tileCount: NUMTILES ?? null };
}

/** Finest first, halved until a level is one tile. */
export function zoomifyLevels(description: ZoomifyDescription): TiledLevel[] {
  const [down, up] = [Math.floor, Math.ceil].map((round) => halved(description, round));
  if (down === undefined || up === undefined) throw new RangeError('Two ways to round');
  const countOf = (levels: readonly TiledLevel[]) =>
    levels.map(tileCounts).reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  return description.tileCount === countOf(up) && description.tileCount !== countOf(down) ? up : down;
}

function halved({ width, height, tileSizePx }: ZoomifyDescription, round: (value: number) => number): TiledLevel[] {
  const levels: TiledLevel[] = [];
  for (let downsample = 1; ; downsample *= 2) {
    const level = {
      width: Math.max(1, round(width / downsample)),
      height: Math.max(1, round(height / downsample)),
      downsample,
      tileWidth: tileSizePx,
      tileHeight: tileSizePx,
    };
    levels.push(level);
    if (level.width <= tileSizePx && level.height <= tileSizePx) return levels;
  }
}

/** Number of each level's first tile; the coarsest level's is 0. */
function firstTiles(levels: readonly TiledLevel[]): number[] {
  const first = levels.map(() => 0);
  let count = 0;
  for (let level = levels.length - 1; level >= 0; level--) {
    first[level] = count;
    const size = levels[level];
    if (size !== undefined) count += tileCounts(size).columns * tileCounts(size).rows;
  }
  return first;
}
