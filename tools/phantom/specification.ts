// What the phantom is: its size, its classes and the truth behind them, and the pixels where marks are printed.
// Tests and training read the facts from here (or from dataset.json, which is written from here); how things are
// painted is in the other files.
//
// The six tissue classes are two L-shaped sets of three. Within a family (cords, bundles) a class is described by its
// chromatin (smooth or granular: seen at 0.5 um/px, gone at 1 um/px by construction) and by its arrangement (lamellar
// or whorled, period 80 um: hardly seen in 64 um, plain in 256 um). The corner of each L is told from its one
// neighbour by chromatin alone and from the other by arrangement alone, so it takes both.

/** Spacing of level 0, um/px. */
export const MICRONS_PER_PIXEL = 0.5;
/** Edge of the shipped slide, level-0 px. */
export const SLIDE_PX = 8192;
/** Level-0 px per mask pixel, each way. */
export const MASK_DOWNSAMPLE = 8;
/** Seed of the slide that the viewer opens with; training uses other seeds. */
export const DEFAULT_SEED = 8;
/** Code of glass, printed rulers and corner marks in the mask. */
export const BACKGROUND_CODE = 0;

export type Family = 'cords' | 'bundles';
export type Chromatin = 'smooth' | 'granular';
export type Arrangement = 'lamellar' | 'whorled';

/** A tissue class; `needs` says which scale tells it from the rest of its family. */
export interface TissueClass {
  readonly code: number;
  readonly name: string;
  readonly family: Family;
  readonly chromatin: Chromatin;
  readonly arrangement: Arrangement;
  readonly needs: 'fine detail' | 'coarse arrangement' | 'both';
}

export const TISSUE_CLASSES: readonly TissueClass[] = [
  tissue(1, 'cords', 'smooth', 'lamellar', 'both'),
  tissue(2, 'cords', 'granular', 'lamellar', 'fine detail'),
  tissue(3, 'cords', 'smooth', 'whorled', 'coarse arrangement'),
  tissue(4, 'bundles', 'granular', 'whorled', 'both'),
  tissue(5, 'bundles', 'smooth', 'whorled', 'fine detail'),
  tissue(6, 'bundles', 'granular', 'lamellar', 'coarse arrangement'),
];

function tissue(
  code: number,
  family: Family,
  chromatin: Chromatin,
  arrangement: Arrangement,
  needs: TissueClass['needs'],
): TissueClass {
  return { code, name: `${chromatin}_${arrangement}_${family}`, family, chromatin, arrangement, needs };
}

/** The class with a mask code, or undefined for background. */
export function tissueClass(code: number): TissueClass | undefined {
  return TISSUE_CLASSES[code - 1];
}

/** Corner marks are one-pixel-wide black crosses centred this far from the slide's edges, px. */
export const CORNER_MARK_INSET_PX = 64;
/** Length of each of a cross's four arms beyond its centre pixel, px. */
export const CORNER_MARK_ARM_PX = 24;
/** First level-0 px (x on the upper ruler, y on the left one) of the 0 mm tick. */
export const RULER_ORIGIN_PX = 192;
/** Distance of the ruler's base line from the slide's upper or left edge, px; ticks reach inwards from it. */
export const RULER_INSET_PX = 40;
/** Distance of neighbouring ticks: 100 um. */
export const RULER_TICK_PX = 100 / MICRONS_PER_PIXEL;

/** Centre pixels of the four corner marks (upper left, upper right, lower left, lower right) of a slide. */
export function cornerMarks(slidePx: number): readonly { readonly x: number; readonly y: number }[] {
  const near = CORNER_MARK_INSET_PX;
  const far = slidePx - 1 - CORNER_MARK_INSET_PX;
  return [
    { x: near, y: near },
    { x: far, y: near },
    { x: near, y: far },
    { x: far, y: far },
  ];
}
