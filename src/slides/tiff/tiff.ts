// TIFF slides of every kind that is read: finds the layout, opens its levels, and hands tiles over. JPEG and WebP tiles
// go to the browser's decoder as they are; which compressions are read is tiff-codecs' list.

import { Failure } from '../../lib/failure.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';
import { closedTiff } from '../closed-formats.ts';
import type { AssociatedImage, SlideDescription, SlideSource, SourceTile, TileAddress } from '../slide-source.ts';
import type { TiffLayout } from './tiff-layout.ts';
import { MAX_STRIPED_PX, TiffLevel } from './tiff-level.ts';
import { layoutOfOme } from './tiff-ome.ts';
import { layoutOfPageList } from './tiff-page-list.ts';
import { readTiffPages } from './tiff-pages.ts';
import { isPhilips, layoutOfPhilips } from './tiff-philips.ts';

/**
 * Opens the TIFF in `bytes`; `name` is what the user knows it by.
 * @throws Failure `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openTiff(bytes: BlockedBytes, name: string, signal: AbortSignal): Promise<SlideSource> {
  const pages = await readTiffPages(bytes, signal);
  const [first] = pages;
  if (first === undefined) throw new Failure('damaged', `${name} is a TIFF without a page. Copy or download it again.`);
  const closed = closedTiff(pages, name);
  if (closed !== null) throw closed;
  const layout = isPhilips(first) ? layoutOfPhilips(pages) : (layoutOfOme(pages) ?? layoutOfPageList(pages));
  const levels = await Promise.all(layout.levels.map((level) => TiffLevel.open(bytes, level)));
  return new TiffSource(bytes, name, layout, levels);
}

const ICC_PROFILE = 34675;

class TiffSource implements SlideSource {
  readonly description: SlideDescription;
  readonly associated: readonly AssociatedImage[];
  readonly #bytes: BlockedBytes;
  readonly #levels: readonly TiffLevel[];

  constructor(bytes: BlockedBytes, name: string, layout: TiffLayout, levels: readonly TiffLevel[]) {
    this.#bytes = bytes;
    this.#levels = levels;
    this.description = descriptionOf(name, layout, levels);
    this.associated = layout.associated.map(({ kind, page }) => {
      const { width, height } = page;
      const open = () => TiffLevel.open(bytes, { width, height, downsample: 1, pages: [page] });
      return { kind, width, height, read: async (signal) => partsOf(await open(), signal) };
    });
  }

  get bytesFetched(): number {
    return this.#bytes.bytesRead;
  }

  readTile({ level, column, row }: TileAddress, signal: AbortSignal): Promise<SourceTile> {
    const found = this.#levels[level];
    if (found === undefined) throw new RangeError(`No level ${level}`);
    return found.read(column, row, signal);
  }

  close(): void {
    this.#bytes.clear();
  }
}

async function partsOf(picture: TiffLevel, signal: AbortSignal) {
  if (picture.width * picture.height > MAX_STRIPED_PX) {
    throw new Failure(
      'unsupported-format',
      'The picture beside the slide is too large to be shown. Look at it in another viewer.',
    );
  }
  const parts: { x: number; y: number; tile: SourceTile }[] = [];
  for (let row = 0; row * picture.tileHeight < picture.height; row++) {
    for (let column = 0; column * picture.tileWidth < picture.width; column++) {
      const tile = await picture.read(column, row, signal);
      parts.push({ x: column * picture.tileWidth, y: row * picture.tileHeight, tile });
    }
  }
  return parts;
}

function descriptionOf(name: string, layout: TiffLayout, levels: readonly TiffLevel[]): SlideDescription {
  const [first] = levels;
  if (first === undefined)
    throw new Failure('unsupported-format', `${name} is a TIFF that holds no slide. Choose the file of a slide.`);
  const { format, spacing, objectivePower, properties } = layout;
  return {
    name,
    format,
    width: first.width,
    height: first.height,
    mppX: spacing?.mppX ?? null,
    mppY: spacing?.mppY ?? null,
    mppSource: spacing === null ? null : 'metadata',
    objectivePower,
    // A tile of no bytes in the table is the format's way to leave a blank one out.
    sparse: true,
    hasColourProfile: layout.levels[0]?.pages[0]?.tags.has(ICC_PROFILE) ?? false,
    properties,
    levels: levels.map(({ width, height, downsample, tileWidth, tileHeight }) => {
      return { width, height, downsample, tileWidth, tileHeight };
    }),
  };
}
