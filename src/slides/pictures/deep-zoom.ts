// Deep Zoom: a description and one picture file a tile, in a folder a level. A tile repeats `overlap` pixels of its
// neighbours on each inner side. Spacing comes from the properties file that libvips puts beside the tiles, if it is there.

import type { TiledLevel } from '../../pyramid/geometry.ts';
import { readOptional, type SlideFiles } from '../bytes/slide-files.ts';
import { fileNameOf } from '../file-name.ts';
import type { SlideSource, TileAddress } from '../slide-source.ts';
import { type DeepZoomDescription, parseDeepZoom } from './deep-zoom-description.ts';
import { PictureTiles } from './picture-tiles.ts';
import { parseScanProperties, parseVipsProperties, spacingOfProperties } from './vips-properties.ts';

const PROPERTIES_TIMEOUT_MS = 5000;
const DESCRIPTION_ENDING = /\.(dzi|xml|json)$/i;

/**
 * Opens the pyramid whose description, `text`, is at `path` of `files`.
 * @throws Failure `not-a-slide`, `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openDeepZoom(
  files: SlideFiles,
  path: string,
  text: string,
  signal: AbortSignal,
): Promise<SlideSource> {
  const name = fileNameOf(path);
  const image = parseDeepZoom(text, name);
  const folder = tilesFolder(image, path);
  const properties = await readProperties(files, folder, signal);
  const spacing = spacingOfProperties(properties);
  const objectivePower = Number.parseFloat(properties['openslide.objective-power'] ?? '');
  const levels = deepZoomLevels(image);
  const description = {
    name,
    format: 'Deep Zoom',
    width: image.width,
    height: image.height,
    mppX: spacing?.mppX ?? null,
    mppY: spacing?.mppY ?? null,
    mppSource: spacing === null ? null : ('metadata' as const),
    objectivePower: Number.isFinite(objectivePower) ? objectivePower : null,
    sparse: image.displayRects !== null,
    properties,
    levels,
  };
  const pathOf = (address: TileAddress, level: TiledLevel) => {
    // The format counts its levels from the coarsest.
    const numberOnDisk = levels.length - 1 - address.level;
    if (!isDeclared(image, numberOnDisk, address, level.downsample)) return null;
    return `${folder}${numberOnDisk}/${address.column}_${address.row}.${image.format}`;
  };
  return new PictureTiles(files, description, pathOf, { overlapPx: image.overlapPx, slackPx: 1 });
}

/** libvips puts its properties among the tiles, and in an archive beside the description, with the scanner's. */
async function readProperties(files: SlideFiles, folder: string, signal: AbortSignal): Promise<Record<string, string>> {
  const textOf = async (path: string) => (await readOptional(files, path, signal, PROPERTIES_TIMEOUT_MS))?.text() ?? '';
  const among = parseVipsProperties(await textOf(`${folder}vips-properties.xml`));
  if (!files.listed) return among;
  const beside = parseVipsProperties(await textOf('vips-properties.xml'));
  return { ...parseScanProperties(await textOf('scan-properties.xml')), ...beside, ...among };
}

/** Levels as the format defines them: each half the next finer one, rounded up, down to one pixel. Finest first. */
export function deepZoomLevels(image: { width: number; height: number; tileSizePx: number }): TiledLevel[] {
  const count = Math.ceil(Math.log2(Math.max(image.width, image.height))) + 1;
  return Array.from({ length: count }, (_, halvings) => {
    const downsample = 2 ** halvings;
    return {
      width: Math.ceil(image.width / downsample),
      height: Math.ceil(image.height / downsample),
      downsample,
      tileWidth: image.tileSizePx,
      tileHeight: image.tileSizePx,
    };
  });
}

function tilesFolder(image: DeepZoomDescription, path: string): string {
  if (image.tilesUrl !== null) return image.tilesUrl.endsWith('/') ? image.tilesUrl : `${image.tilesUrl}/`;
  // Servers that take the picture's name as a query have the tiles there too: ?DeepZoom=a.tif.dzi
  const inQuery = /^[^?]*\?[^#]*\.dzi$/i.test(path) && !DESCRIPTION_ENDING.test(path.replace(/[?#].*$/, ''));
  const base = inQuery ? path : path.replace(/[?#].*$/, '');
  return `${base.replace(DESCRIPTION_ENDING, '')}_files/`;
}

/** Display rectangles say where a sparse pyramid has tiles: nothing is asked for elsewhere. */
function isDeclared(image: DeepZoomDescription, level: number, { column, row }: TileAddress, downsample: number) {
  const tileLevel0Px = image.tileSizePx * downsample;
  const [left, top] = [column * tileLevel0Px, row * tileLevel0Px];
  return (
    image.displayRects?.some(
      (rect) =>
        level >= rect.minLevel &&
        level <= rect.maxLevel &&
        rect.x < left + tileLevel0Px &&
        rect.x + rect.width > left &&
        rect.y < top + tileLevel0Px &&
        rect.y + rect.height > top,
    ) ?? true
  );
}
