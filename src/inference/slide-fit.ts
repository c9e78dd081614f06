// Whether a model can be asked about a slide, and where. Everything a user can do about a misfit is in the sentence;
// nothing is read.

import { Failure } from '../lib/failure.ts';
import type { ModelManifest } from '../model/folder/manifest.ts';
import type { Point } from '../pyramid/geometry.ts';
import { levelForSpacing, requireMpp } from '../pyramid/levels.ts';
import type { SlideDescription } from '../slides/slide-source.ts';

/** @throws Failure `mpp-unknown`, `spacing-too-fine`. */
export function checkSlideFits(slide: SlideDescription, { spacings }: Pick<ModelManifest, 'spacings'>): void {
  requireMpp(slide);
  for (const spacing of spacings) levelForSpacing(slide, spacing);
}

/** @throws Failure `bad-argument` for a point that is none, `outside-slide`. */
export function checkPoint(slide: SlideDescription, { x, y }: Point): void {
  if (!Number.isFinite(x) || !Number.isFinite(y)) {
    throw new Failure('bad-argument', 'A point needs a finite x and y, in level-0 pixels.');
  }
  if (x >= 0 && y >= 0 && x < slide.width && y < slide.height) return;
  throw new Failure(
    'outside-slide',
    `The point (${Math.round(x)}, ${Math.round(y)}) is outside the slide, which is ${slide.width} x ${slide.height} px. Choose a point on it.`,
  );
}

/**
 * Which magnifications of the model a pair of spacings (um/px) names, matched within 1 %.
 * @throws Failure `bad-argument`.
 */
export function findPair(
  spacings: readonly number[],
  pair: { fine: number; coarse: number },
): { fine: number; coarse: number } {
  const find = (wanted: number) => spacings.findIndex((spacing) => Math.abs(wanted / spacing - 1) <= 0.01);
  const fine = find(pair.fine);
  const coarse = find(pair.coarse);
  if (fine >= 0 && coarse > fine) return { fine, coarse };
  throw new Failure(
    'bad-argument',
    `The model has no pair of ${pair.fine} and ${pair.coarse} µm/px. Choose two of ${spacings.join(', ')}, the finer one first.`,
  );
}
