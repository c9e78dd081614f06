// What OpenSeadragon shows now, in our terms. Its unit is the slide's width, on both axes; it mirrors after it turns.

import type { OpenSeadragon } from './openseadragon.ts';
import { normalDegrees, type ViewTransform } from './view-transform.ts';

/** The transform of the frame that is drawn now, also in the middle of a movement. `slide`: level-0 px. */
export function viewportTransform(viewport: OpenSeadragon.Viewport, slide: { readonly width: number }): ViewTransform {
  const { x, y } = viewport.getCenter(true);
  const size = viewport.getContainerSize();
  return {
    x: x * slide.width,
    y: y * slide.width,
    scale: (viewport.getZoom(true) * size.x) / slide.width,
    degrees: normalDegrees(viewport.getRotation(true)),
    flipped: viewport.getFlip(),
    width: size.x,
    height: size.y,
  };
}
