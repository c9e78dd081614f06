// A picture of what is on screen, for exports.

import type { LayerCanvas } from './layer-canvas.ts';
import type { OpenSeadragon } from './openseadragon.ts';
import { context2d } from './screen-canvas.ts';

/** What is on screen, in device px: slide and layer on white, without frames and scale bar. */
export function viewPicture(osd: OpenSeadragon.Viewer, layer: LayerCanvas): HTMLCanvasElement {
  const slide = osd.drawer.canvas;
  const picture = document.createElement('canvas');
  const size = osd.viewport.getContainerSize();
  picture.width = Math.round(size.x * window.devicePixelRatio);
  picture.height = Math.round(size.y * window.devicePixelRatio);
  const context = context2d(picture);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(slide, 0, 0);
  layer.drawOn(context);
  return picture;
}
