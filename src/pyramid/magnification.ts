// Magnification as microscopists say it, and spacing: 10x is 1 um/px, 40x is 0.25 um/px. A convention of the field,
// exact both ways; what a scanner writes as objective power is not used.

const MICRONS_PER_PIXEL_AT_1X = 10;

/** The positions of the turret: what a microscope's objectives and a little more would show. */
export const turret: readonly number[] = [1, 2.5, 5, 10, 20, 40];

/** Magnification of a raster of `micronsPerPixel`. */
export function magnificationOf(micronsPerPixel: number): number {
  return MICRONS_PER_PIXEL_AT_1X / micronsPerPixel;
}

/** Spacing, um/px, of a raster at `magnification`. */
export function spacingOf(magnification: number): number {
  return MICRONS_PER_PIXEL_AT_1X / magnification;
}
