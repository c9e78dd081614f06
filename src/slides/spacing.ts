// What files claim about the size of their pixels, and when to believe it.

/** Outside these bounds (um/px) a resolution is a print or screen default (72 dpi is 353 um/px), not a microscope's. */
const PLAUSIBLE_MPP = { min: 0.01, max: 10 };

/** The two spacings in um/px when both are believable for a microscope, else null: unknown, to be asked for. */
export function plausibleSpacing(mppX: number, mppY: number): { mppX: number; mppY: number } | null {
  const plausible = [mppX, mppY].every((mpp) => mpp >= PLAUSIBLE_MPP.min && mpp <= PLAUSIBLE_MPP.max);
  return plausible ? { mppX, mppY } : null;
}

const MICRONS_PER_UNIT: Readonly<Record<number, number>> = { 2: 25400, 3: 10000 };

/** By TIFF's resolution tags: px a unit, unit 2 the inch, 3 the centimetre. Null when missing or not believable. */
export function spacingOfResolution(resolution: { x: number; y: number; unit: number } | null) {
  const micronsPerUnit = MICRONS_PER_UNIT[resolution?.unit ?? 0];
  if (resolution === null || micronsPerUnit === undefined) return null;
  return plausibleSpacing(micronsPerUnit / resolution.x, micronsPerUnit / resolution.y);
}
