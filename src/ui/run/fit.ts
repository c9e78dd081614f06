// Whether a slide can give a model what it needs, told before anything is tried: asks the crop rule itself
// (pyramid/levels.ts) and hands its sentences to the panels. Pure.

import { Failure } from '../../lib/failure.ts';
import { levelForSpacing, meanMpp } from '../../pyramid/levels.ts';
import type { SlideDescription } from '../../slides/slide-source.ts';

/** How a slide serves one spacing: the spacing of the level it is read from (um/px), or why it can't be. */
export type SpacingFit =
  | { readonly kind: 'read'; readonly micronsPerPixel: number }
  | { readonly kind: 'unfit'; readonly failure: Failure };

/** `spacing` in um/px. */
export function fitOfSpacing(spacing: number, slide: SlideDescription): SpacingFit {
  try {
    const level = slide.levels[levelForSpacing(slide, spacing)];
    return { kind: 'read', micronsPerPixel: (level?.downsample ?? 1) * (meanMpp(slide) ?? Number.NaN) };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'unfit', failure: error };
    throw error;
  }
}

/** Why a model that needs these spacings (um/px) can't read the slide; null when it can. */
export function unfitness(spacings: readonly number[], slide: SlideDescription): Failure | null {
  for (const spacing of spacings) {
    const fit = fitOfSpacing(spacing, slide);
    if (fit.kind === 'unfit') return fit.failure;
  }
  return null;
}
