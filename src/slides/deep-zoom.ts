// Deep Zoom: a description and one picture file a tile, in a folder a level. A tile repeats `overlap` pixels of its
// neighbours on each inner side. Spacing comes from the properties file that libvips puts beside the tiles, if it is there.

import { Failure } from '../lib/failure.ts';
import type { TiledLevel } from '../pyramid/geometry.ts';
import { type DeepZoomDescription, parseDeepZoom } from './deep-zoom-description.ts';
import { readOptional, type SlideFiles } from './slide-files.ts';
import type { SlideDescription, SlideSource, SourceTile, TileAddress } from './slide-source.ts';
import { parseVipsProperties, spacingOfProperties } from './vips-properties.ts';

const PROPERTIES_TIMEOUT_MS = 5000;

/**
 * Opens the pyramid whose description is at `path` of `files`.
 * @throws Failure `not-found`, `not-a-slide`, `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openDeepZoom(files: SlideFiles, path: string, signal: AbortSignal): Promise<SlideSource> {
  const fileName = decodeURIComponent(path.replace(/[?#].*$/, '').replace(/^.*\//, ''));
  const description = await files.read(path, signal);
  if (description === null) {
    throw new Failure('not-found', `There is nothing at ${path}. Check the address.`);
  }
  const image = parseDeepZoom(await description.text(), fileName);
  const folder = tilesFolder(image, path);
  const propertiesFile = await readOptional(files, `${folder}vips-properties.xml`, signal, PROPERTIES_TIMEOUT_MS);
  const properties = propertiesFile === null ? {} : parseVipsProperties(await propertiesFile.text());
  return new DeepZoomSource(files, folder, image, properties, fileName);
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
  return `${path.replace(/[?#].*$/, '').replace(/\.(dzi|xml|json)$/i, '')}_files/`;
}

class DeepZoomSource implements SlideSource {
  readonly description: SlideDescription;
  readonly #files: SlideFiles;
  readonly #folder: string;
  readonly #image: DeepZoomDescription;

  constructor(
    files: SlideFiles,
    folder: string,
    image: DeepZoomDescription,
    properties: Readonly<Record<string, string>>,
    fileName: string,
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#image = image;
    const spacing = spacingOfProperties(properties);
    const objectivePower = Number.parseFloat(properties['openslide.objective-power'] ?? '');
    this.description = {
      name: fileName,
      format: 'Deep Zoom',
      width: image.width,
      height: image.height,
      mppX: spacing?.mppX ?? null,
      mppY: spacing?.mppY ?? null,
      mppSource: spacing === null ? null : 'metadata',
      objectivePower: Number.isFinite(objectivePower) ? objectivePower : null,
      sparse: image.displayRects !== null,
      properties,
      levels: deepZoomLevels(image),
    };
  }

  get bytesFetched(): number {
    return this.#files.bytesRead;
  }

  async readTile(address: TileAddress, signal: AbortSignal): Promise<SourceTile> {
    const { level, column, row } = address;
    const size = this.description.levels[level];
    if (size === undefined) throw new RangeError(`No level ${level}`);
    const { tileSizePx, overlapPx, format } = this.#image;
    const core = {
      x: column === 0 ? 0 : overlapPx,
      y: row === 0 ? 0 : overlapPx,
      width: Math.min(tileSizePx, size.width - column * tileSizePx),
      height: Math.min(tileSizePx, size.height - row * tileSizePx),
    };
    const numberOnDisk = this.description.levels.length - 1 - level;
    if (!this.#declared(numberOnDisk, address, size)) return { kind: 'missing' };
    const blob = await this.#files.read(`${this.#folder}${numberOnDisk}/${column}_${row}.${format}`, signal);
    return blob === null ? { kind: 'missing' } : { kind: 'encoded', blob, core };
  }

  /** Display rectangles say where a sparse pyramid has tiles: nothing is asked for elsewhere. */
  #declared(numberOnDisk: number, { column, row }: TileAddress, { downsample }: TiledLevel): boolean {
    const tileLevel0Px = this.#image.tileSizePx * downsample;
    const [left, top] = [column * tileLevel0Px, row * tileLevel0Px];
    return (
      this.#image.displayRects?.some(
        (rect) =>
          numberOnDisk >= rect.minLevel &&
          numberOnDisk <= rect.maxLevel &&
          rect.x < left + tileLevel0Px &&
          rect.x + rect.width > left &&
          rect.y < top + tileLevel0Px &&
          rect.y + rect.height > top,
      ) ?? true
    );
  }

  close(): void {}
}
