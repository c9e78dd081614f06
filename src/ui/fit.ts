// Whether a slide can give a model what it needs, told before anything is tried: asks the crop rule itself
// (pyramid/levels.ts) and hands its sentences to the panels. Also the rectangle of the slide that is on screen. Pure.

import { Failure } from '../lib/failure.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { levelForSpacing, meanMpp } from '../pyramid/levels.ts';
import type { SlideDescription, SlideInfo } from '../slides/slide-source.ts';
import type { ViewPosition } from '../viewer/view-position.ts';

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

/** What a view of the given size (CSS px) shows, level-0 px, cut at the slide's edges; null when it shows none of it. */
export function rectInView(view: ViewPosition, slide: SlideInfo, widthCssPx: number, heightCssPx: number): Rect | null {
  const cssPxPerLevel0Px = slide.mpp === null ? view.magnification : (view.magnification * slide.mpp) / 10;
  const span = (centre: number, sizeCssPx: number, limit: number) => {
    const half = sizeCssPx / cssPxPerLevel0Px / 2;
    const start = Math.max(0, Math.floor(centre - half));
    return { start, length: Math.min(limit, Math.ceil(centre + half)) - start };
  };
  const across = span(view.x, widthCssPx, slide.width);
  const down = span(view.y, heightCssPx, slide.height);
  if (across.length <= 0 || down.length <= 0) return null;
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}
