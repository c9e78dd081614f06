// Tiled pyramidal TIFF and Aperio SVS: levels are pages or pages below the first one, tiles byte ranges of the file.
// JPEG tiles go to the browser's decoder as they are; which compressions are read is tiff-codecs' list.

import { Failure } from '../lib/failure.ts';
import { downsampleOfWidths } from '../pyramid/levels.ts';
import type { BlockedBytes } from './byte-source.ts';
import type { SlideDescription, SlideSource, SourceTile, TileAddress } from './slide-source.ts';
import { codecFor, type TileCodec } from './tiff-codecs.ts';
import { aperioProperties, formatOfTiff, levelPages, spacingOfTiff, type TiledPage } from './tiff-levels.ts';
import { readTiffDirectory } from './tiff-pages.ts';
import { rgbaOfSamples } from './tiff-samples.ts';

/**
 * Opens the TIFF in `bytes`; `name` is what the user knows it by.
 * @throws Failure `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openTiff(bytes: BlockedBytes, name: string, signal: AbortSignal): Promise<SlideSource> {
  const pages = levelPages(await readTiffDirectory(bytes, signal));
  if (pages.length === 0) {
    throw new Failure(
      'unsupported-format',
      `${name} is a TIFF without tiles, which can't be read in parts. Convert it to a tiled pyramid, for example with libvips.`,
    );
  }
  const levels = await Promise.all(pages.map(async (page) => ({ page, codec: await codecFor(page) })));
  return new TiffSource(bytes, name, levels);
}

class TiffSource implements SlideSource {
  readonly description: SlideDescription;
  readonly #bytes: BlockedBytes;
  readonly #levels: readonly { page: TiledPage; codec: TileCodec }[];

  constructor(bytes: BlockedBytes, name: string, levels: readonly { page: TiledPage; codec: TileCodec }[]) {
    this.#bytes = bytes;
    this.#levels = levels;
    this.description = descriptionOf(
      name,
      levels.map(({ page }) => page),
    );
  }

  get bytesFetched(): number {
    return this.#bytes.bytesRead;
  }

  async readTile({ level, column, row }: TileAddress, signal: AbortSignal): Promise<SourceTile> {
    const found = this.#levels[level];
    if (found === undefined) throw new RangeError(`No level ${level}`);
    const { page, codec } = found;
    const across = Math.ceil(page.width / page.tiles.width);
    const place = await page.tiles.table.find(row * across + column, signal);
    if (place === null) return { kind: 'missing' };
    const bytes = await this.#bytes.read(place.start, place.end, signal);
    if (bytes.length < place.end - place.start) {
      throw new Failure('damaged', 'The file ends before this tile: it was cut short. Copy or download it again.');
    }
    const tile = await codec(bytes, page);
    const width = Math.min(page.tiles.width, page.width - column * page.tiles.width);
    const height = Math.min(page.tiles.height, page.height - row * page.tiles.height);
    if (tile.kind === 'picture') return { kind: 'encoded', blob: tile.blob, core: { x: 0, y: 0, width, height } };
    const layout = { ...page, tileWidthPx: page.tiles.width };
    return { kind: 'pixels', data: rgbaOfSamples(tile.samples, layout, width, height), width, height };
  }

  close(): void {
    this.#bytes.clear();
  }
}

function descriptionOf(name: string, pages: readonly TiledPage[]): SlideDescription {
  const [first] = pages;
  if (first === undefined) throw new RangeError('A slide has a level');
  const spacing = spacingOfTiff(first);
  const properties = aperioProperties(first.description);
  const objectivePower = Number.parseFloat(properties['aperio.AppMag'] ?? '');
  return {
    name,
    format: formatOfTiff(first),
    width: first.width,
    height: first.height,
    mppX: spacing?.mppX ?? null,
    mppY: spacing?.mppY ?? null,
    mppSource: spacing === null ? null : 'metadata',
    objectivePower: Number.isFinite(objectivePower) ? objectivePower : null,
    // A tile of no bytes in the table is the format's way to leave a blank one out.
    sparse: true,
    properties,
    levels: pages.map(({ width, height, tiles }) => ({
      width,
      height,
      downsample: downsampleOfWidths(first.width, width),
      tileWidth: tiles.width,
      tileHeight: tiles.height,
    })),
  };
}
