// IIIF Image API 2 and 3: tiles are regions asked of a service at the sizes its info.json offers. The scale is not
// known unless the service gives physical dimensions.

import { readable } from '../../lib/percent-encoding.ts';
import type { TiledLevel } from '../../pyramid/geometry.ts';
import type { SlideFiles } from '../bytes/slide-files.ts';
import { unscaled } from '../slide-facts.ts';
import type { SlideSource, TileAddress } from '../slide-source.ts';
import { parseIiif } from './iiif-description.ts';
import { PictureTiles } from './picture-tiles.ts';

/**
 * Opens the image whose info.json, `text`, is at `path`. Tiles are asked where the info.json was found: what it says of
 * its own address is wrong behind many a proxy.
 * @throws Failure `not-a-slide`, `unsupported-format`, `damaged`.
 */
export function openIiif(files: SlideFiles, path: string, text: string): SlideSource {
  const { version, service, levels, wholePictures, spacing } = parseIiif(text);
  const [first] = levels;
  const { width, height } = first ?? { width: 0, height: 0 };
  const found = /^(.*)\/info\.json(.*)$/.exec(path);
  const [base, query] = found === null ? [service, ''] : [found[1] ?? '', found[2] ?? ''];
  const pathOf = ({ column, row }: TileAddress, level: TiledLevel) => {
    const [across, down] = [level.tileWidth * level.downsample, level.tileHeight * level.downsample];
    const [left, top] = [column * across, row * down];
    const region = { width: Math.min(across, width - left), height: Math.min(down, height - top) };
    const tile = {
      width: Math.min(level.tileWidth, level.width - column * level.tileWidth),
      height: Math.min(level.tileHeight, level.height - row * level.tileHeight),
    };
    const whole = region.width >= width && region.height >= height;
    const where = wholePictures || whole ? 'full' : `${left},${top},${region.width},${region.height}`;
    return `${base}/${where}/${sizeText(version, tile, first)}/0/default.jpg${query}`;
  };
  const name = readable(service.replace(/^.*[/=]/, '')) || 'IIIF';
  const description = unscaled(name, `IIIF Image ${version}`, levels);
  const scaled = spacing === null ? description : { ...description, ...spacing, mppSource: 'metadata' as const };
  return new PictureTiles(files, scaled, pathOf, { slackPx: 1 });
}

/** The size in the form that each version calls canonical; services of fixed files have no other. */
function sizeText(version: 2 | 3, tile: { width: number; height: number }, full: TiledLevel | undefined): string {
  const isFull = tile.width === full?.width && tile.height === full.height;
  if (version === 3) return isFull ? 'max' : `${tile.width},${tile.height}`;
  return isFull ? 'full' : `${tile.width},`;
}
