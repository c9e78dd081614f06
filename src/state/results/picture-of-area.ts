// A picture of any part of the slide at any scale that the slide has, whatever is on screen: its pixels averaged as a
// model's crops are, with the layer over it and the outlines of regions. Upright.

import type { FieldRequest } from '../../crops/pixels.contract.ts';
import { Failure } from '../../lib/failure.ts';
import type { Rect } from '../../pyramid/geometry.ts';
import type { Region } from '../../regions/region.ts';
import { extentOf, linesOf } from '../../regions/shape.ts';
import type { LayerPainter } from '../../viewer/layer-canvas.ts';
import { context2d } from '../../viewer/screen-canvas.ts';
import type { AppContext, CurrentSlide } from '../app-context.ts';
import { isPictureFeasible, pictureSize } from './picture-size.ts';
import { regionNamePlace } from './region-name-place.ts';

/** Read at a time, px a side: large enough to be few calls, small enough for any browser. */
const blockPx = 1024;

/** What lies over the slide. */
export interface PictureOver {
  readonly painter: LayerPainter | null;
  /** 0..1 of the layer. */
  readonly opacity: number;
  readonly regions: readonly Region[];
  /** px that one px of a screen becomes, for lines and names. */
  readonly unit: number;
}

/**
 * Draws `rect` (level-0 px; may reach over the slide, which is white there).
 * @throws Failure `bad-argument` when it is too large, and what reading fields throws.
 */
export async function drawArea(
  { pixels }: Pick<AppContext, 'pixels'>,
  { handle, description }: CurrentSlide,
  { rect, micronsPerPx }: { readonly rect: Rect; readonly micronsPerPx: number },
  over: PictureOver,
  signal?: AbortSignal,
): Promise<HTMLCanvasElement> {
  const size = pictureSize(description, rect, micronsPerPx);
  if (!isPictureFeasible(size)) {
    throw new Failure(
      'bad-argument',
      `This picture would have ${size.width} x ${size.height} px, more than a browser can draw. Choose a lower magnification.`,
    );
  }
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const context = context2d(canvas);
  const pxX = rect.width / size.width;
  const pxY = rect.height / size.height;
  for (let top = 0; top < size.height; top += blockPx) {
    for (let left = 0; left < size.width; left += blockPx) {
      const field: FieldRequest = {
        origin: { x: rect.x + left * pxX, y: rect.y + top * pxY },
        spacing: micronsPerPx,
        width: Math.min(blockPx, size.width - left),
        height: Math.min(blockPx, size.height - top),
        padding: 'white',
      };
      const [raster] = await pixels.call(
        'fields',
        { handle, fields: [field], priority: 'visible' },
        signal === undefined ? {} : { signal },
      );
      if (raster === undefined) throw new Error('The worker sent no field.');
      context.putImageData(new ImageData(raster.data, raster.width, raster.height), left, top);
    }
  }
  drawLayer(context, rect, size, over);
  drawRegions(context, rect, { x: 1 / pxX, y: 1 / pxY }, over);
  return canvas;
}

function drawLayer(
  context: CanvasRenderingContext2D,
  rect: Rect,
  size: { readonly width: number; readonly height: number },
  { painter, opacity }: PictureOver,
): void {
  if (painter === null) return;
  const picture = painter.paint(rect, size.width, size.height);
  const layer = document.createElement('canvas');
  layer.width = size.width;
  layer.height = size.height;
  if (picture instanceof ImageData) context2d(layer).putImageData(picture, 0, 0);
  else context2d(layer).drawImage(picture, 0, 0);
  context.globalAlpha = opacity;
  context.drawImage(layer, 0, 0);
  context.globalAlpha = 1;
}

/** Outlines with names. `scale`: px of the picture a level-0 px. */
function drawRegions(
  context: CanvasRenderingContext2D,
  { x: originX, y: originY }: Rect,
  scale: { readonly x: number; readonly y: number },
  { regions, unit }: PictureOver,
): void {
  context.font = `600 ${14 * unit}px system-ui, sans-serif`;
  context.lineJoin = 'round';
  for (const { geometry, colour, name } of regions) {
    const path = new Path2D();
    for (const line of linesOf(geometry)) {
      line.forEach(([x = 0, y = 0], index) => {
        const place = [(x - originX) * scale.x, (y - originY) * scale.y] as const;
        if (index === 0) path.moveTo(...place);
        else path.lineTo(...place);
      });
    }
    strokeTwice(context, unit, colour, () => context.stroke(path));
    const extent = extentOf(geometry);
    const corner = { x: (extent.x - originX) * scale.x, y: (extent.y - originY) * scale.y };
    const { x, y } = regionNamePlace(corner, unit);
    strokeTwice(context, unit, 'transparent', () => context.strokeText(name, x, y));
    context.fillStyle = colour;
    context.fillText(name, x, y);
  }
}

/** Dark below the colour: seen on any ground. */
function strokeTwice(context: CanvasRenderingContext2D, unit: number, colour: string, stroke: () => void): void {
  context.lineWidth = 4 * unit;
  context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
  stroke();
  context.lineWidth = 2 * unit;
  context.strokeStyle = colour;
  stroke();
}
