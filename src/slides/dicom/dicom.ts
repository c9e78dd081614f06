// DICOM whole slides: instances of one series are the levels, frames the tiles. Where frames come from (files, a web
// service) is the reader's matter. Label and overview instances are pictures beside the slide, never levels.

import type { AssociatedImage, SlideDescription, SlideSource, SourceTile, TileAddress } from '../slide-source.ts';
import type { DicomImage } from './dicom-image.ts';
import { slideSpacing } from './dicom-image.ts';
import { type DicomLevel, dicomLevels, framePlace, isSparse } from './dicom-levels.ts';
import { requireReadable, tileOfFrame } from './dicom-pixels.ts';

export interface FrameReader {
  readonly bytesRead: number;
  /**
   * The bytes of a frame, counted from 0; null when the service has none.
   * @throws Failure, what reading throws; an AbortError.
   */
  read(image: DicomImage, frame: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null>;
  close(): void;
}

/**
 * The slide that `images` make up.
 * @throws Failure `not-a-slide`, `unsupported-format`.
 */
export function dicomSlide(
  name: string,
  format: string,
  images: readonly DicomImage[],
  reader: FrameReader,
): SlideSource {
  const levels = dicomLevels(images);
  const finest = levels[0]?.parts[0];
  if (finest === undefined) throw new RangeError('A slide has a level');
  for (const { parts } of levels) parts.forEach(requireReadable);
  const beside = images.filter(({ flavor, seriesUid }) => flavor !== 'volume' && seriesUid === finest.seriesUid);
  return new DicomSource(describe(name, format, finest, levels), levels, beside, reader);
}

class DicomSource implements SlideSource {
  readonly description: SlideDescription;
  readonly associated: readonly AssociatedImage[];
  readonly #levels: readonly DicomLevel[];
  readonly #reader: FrameReader;

  constructor(
    description: SlideDescription,
    levels: readonly DicomLevel[],
    beside: readonly DicomImage[],
    reader: FrameReader,
  ) {
    this.description = description;
    this.#levels = levels;
    this.#reader = reader;
    this.associated = beside.map((image) => ({
      kind: image.flavor === 'label' || image.flavor === 'thumbnail' ? image.flavor : 'macro',
      width: image.width,
      height: image.height,
      read: (signal) => this.#readWhole({ ...image, downsample: 1, parts: [image] }, signal),
    }));
  }

  get bytesFetched(): number {
    return this.#reader.bytesRead;
  }

  async readTile({ level, column, row }: TileAddress, signal: AbortSignal): Promise<SourceTile> {
    const found = this.#levels[level];
    if (found === undefined) throw new RangeError(`No level ${level}`);
    return this.#read(found, column, row, signal);
  }

  async #read(level: DicomLevel, column: number, row: number, signal: AbortSignal): Promise<SourceTile> {
    const place = framePlace(level, column, row);
    const bytes = place === null ? null : await this.#reader.read(place.image, place.frame, signal);
    if (place === null || bytes === null) return { kind: 'missing' };
    const width = Math.min(level.tileWidth, level.width - column * level.tileWidth);
    const height = Math.min(level.tileHeight, level.height - row * level.tileHeight);
    return tileOfFrame(bytes, place.image, width, height);
  }

  /** A picture beside the slide, tile by tile. */
  async #readWhole(level: DicomLevel, signal: AbortSignal) {
    const parts = [];
    for (let y = 0; y < level.height; y += level.tileHeight) {
      for (let x = 0; x < level.width; x += level.tileWidth) {
        parts.push({ x, y, tile: await this.#read(level, x / level.tileWidth, y / level.tileHeight, signal) });
      }
    }
    return parts;
  }

  close(): void {
    this.#reader.close();
  }
}

function describe(name: string, format: string, finest: DicomImage, levels: readonly DicomLevel[]): SlideDescription {
  const spacing = slideSpacing(finest);
  return {
    name,
    format,
    width: finest.width,
    height: finest.height,
    mppX: spacing?.mppX ?? null,
    mppY: spacing?.mppY ?? null,
    mppSource: spacing === null ? null : 'metadata',
    objectivePower: finest.objectivePower,
    sparse: isSparse(levels),
    hasColourProfile: finest.hasColourProfile,
    properties: finest.properties,
    levels: levels.map(({ parts: _, ...level }) => level),
  };
}
