// How large a rectangle on the slide is, in words: in um or mm, or in px where the scale is not known.

import type { Rect } from '../../pyramid/geometry.ts';
import type { SlideInfo } from '../../slides/slide-source.ts';
import { formatCount, formatLength } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';

/** `region`: level-0 px. */
export function sizeText(region: Rect, { mppX, mppY }: SlideInfo): string {
  return mppX === null || mppY === null
    ? `${panelStrings.run.rectangleSize(formatCount(region.width), formatCount(region.height))} px`
    : panelStrings.run.rectangleSize(formatLength(region.width * mppX), formatLength(region.height * mppY));
}
