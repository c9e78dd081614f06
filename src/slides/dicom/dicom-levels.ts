// Which DICOM instances are the levels of one slide, and which frame of which instance holds a tile. Pure.

import { Failure } from '../../lib/failure.ts';
import type { TiledLevel } from '../../pyramid/geometry.ts';
import { downsampleOfWidths } from '../../pyramid/levels.ts';
import type { DicomImage } from './dicom-image.ts';

export interface DicomLevel extends TiledLevel {
  /** One, or the parts of a concatenation in order. */
  readonly parts: readonly DicomImage[];
}

/** A frame, counted from 0 in its instance. */
export interface FramePlace {
  readonly image: DicomImage;
  readonly frame: number;
}

/**
 * The levels of the slide among `images`, finest first. Of several series the one with the largest image counts.
 * @throws Failure `not-a-slide` when none is a whole slide.
 */
export function dicomLevels(images: readonly DicomImage[]): DicomLevel[] {
  const volumes = images.filter(({ flavor }) => flavor === 'volume').sort(byOrder);
  const first = volumes[0];
  if (first === undefined) {
    throw new Failure(
      'not-a-slide',
      'There is no whole-slide image among these DICOM files. Open the series of a slide.',
    );
  }
  const ofSlide = volumes.filter(({ seriesUid }) => seriesUid === first.seriesUid);
  const sizes = [...new Set(ofSlide.map(sizeKey))];
  const leaders = sizes.map((size) => ofSlide.find((image) => sizeKey(image) === size) ?? first);
  const downsamples = downsamplesOf(leaders);
  return leaders.map((leader, level) => {
    const sameSize = ofSlide.filter((image) => sizeKey(image) === sizeKey(leader));
    const parts = leader.concatenation === null ? [leader] : partsOf(sameSize, leader.concatenation);
    return {
      width: leader.width,
      height: leader.height,
      downsample: downsamples[level] ?? 1,
      tileWidth: leader.tileWidth,
      tileHeight: leader.tileHeight,
      parts,
    };
  });
}

/** Where the tile is; null when the slide leaves it out. */
export function framePlace(level: DicomLevel, column: number, row: number): FramePlace | null {
  const tile = row * Math.ceil(level.width / level.tileWidth) + column;
  for (const image of level.parts) {
    const frame = image.frameOfTile === null ? tile - image.firstFrame : (image.frameOfTile.get(tile) ?? -1);
    if (frame >= 0 && frame < image.frameCount) return { image, frame };
  }
  return null;
}

/** True when frames say where they lie, so that some tiles may not be there. */
export function isSparse(levels: readonly DicomLevel[]): boolean {
  return levels.some(({ parts }) => parts.some(({ frameOfTile }) => frameOfTile !== null));
}

/** Spacings that say something else than the sizes by more than this factor are wrong, however levels are padded. */
const MOST_OFF = 2;

/** The ratios of pixel spacings, and of widths where a level does not say; of widths alone where spacings can't be. */
function downsamplesOf(levels: readonly DicomImage[]): readonly number[] {
  const [finest] = levels;
  if (finest === undefined) return [];
  const byWidth = levels.map(({ width }) => downsampleOfWidths(finest.width, width));
  const said = levels.map(({ spacing }, level) =>
    finest.spacing === null || spacing === null
      ? (byWidth[level] ?? 1)
      : Number((spacing.x / finest.spacing.x).toPrecision(9)),
  );
  const canBe = said.every((downsample, level) => {
    const off = downsample / (byWidth[level] ?? 1);
    return downsample >= (said[level - 1] ?? 1) && off < MOST_OFF && off > 1 / MOST_OFF;
  });
  return canBe ? said : byWidth;
}

function partsOf(images: readonly DicomImage[], concatenation: string): DicomImage[] {
  return images.filter((image) => image.concatenation === concatenation).sort((a, b) => a.firstFrame - b.firstFrame);
}

function sizeKey({ width, height }: DicomImage): string {
  return `${width}x${height}`;
}

function byOrder(a: DicomImage, b: DicomImage): number {
  return b.width - a.width || b.height - a.height || a.instanceNumber - b.instanceNumber || a.firstFrame - b.firstFrame;
}
