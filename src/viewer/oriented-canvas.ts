// Paints a part of the slide on the screen's canvas as the slide is turned. What paints works upright, in the slide's own
// directions, on whole device pixels. At right angles its pixels are the screen's pixels, unchanged; at odd angles it
// paints beside the screen and the finished picture is turned once, so that no seam between tiles opens.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { context2d } from './screen-canvas.ts';
import { axesOf, boundsOf, cornersOf, isRightAngled, type ViewTransform } from './view-transform.ts';

/** An upright raster that covers what is visible. */
export interface UprightRaster {
  /** Device px. */
  readonly width: number;
  readonly height: number;
  /** Device px a level-0 px. */
  readonly scale: number;
  /** What it covers, level-0 px. */
  readonly rect: Rect;
  /** Takes px of the raster to px of the screen's canvas. */
  readonly toCanvas: DOMMatrix2DInit;
}

/** The raster for a canvas of `size` device px, `ratio` device px a CSS px. */
export function uprightRaster(
  transform: ViewTransform,
  size: { readonly width: number; readonly height: number },
  ratio: number,
): UprightRaster {
  const { a, b, c, d } = axesOf(transform);
  const scale = transform.scale * ratio;
  const middle: Point = { x: (transform.width * ratio) / 2, y: (transform.height * ratio) / 2 };
  // Around the point in the element's middle, upright: what the canvas covers.
  const around = boundsOf(
    cornersOf({ x: -middle.x, y: -middle.y, width: size.width, height: size.height }).map(({ x, y }) => ({
      x: a * x + b * y,
      y: c * x + d * y,
    })),
  );
  const whole = isRightAngled(transform) ? Math.round : Math.ceil;
  const width = Math.max(1, whole(around.width));
  const height = Math.max(1, whole(around.height));
  const shift = { x: a * around.x + c * around.y, y: b * around.x + d * around.y };
  const settle = (value: number) => (isRightAngled(transform) ? Math.round(value) : value);
  return {
    width,
    height,
    scale,
    rect: {
      x: transform.x + around.x / scale,
      y: transform.y + around.y / scale,
      width: width / scale,
      height: height / scale,
    },
    toCanvas: { a, b, c, d, e: settle(middle.x + shift.x), f: settle(middle.y + shift.y) },
  };
}

export class OrientedCanvas {
  /** Only while the slide is turned or mirrored. */
  #beside: HTMLCanvasElement | null = null;

  /** Clears `canvas` and lets `paint` fill it, px of the raster; its context carries no transform. */
  paint(
    canvas: HTMLCanvasElement,
    transform: ViewTransform,
    paint: (context: CanvasRenderingContext2D, raster: UprightRaster) => void,
  ): void {
    const raster = uprightRaster(transform, canvas, window.devicePixelRatio);
    const context = context2d(canvas);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (transform.degrees === 0 && !transform.flipped) {
      this.#beside = null;
      paint(context, raster);
      return;
    }
    const { width, height } = raster;
    const beside = this.#sized(width, height);
    const besideContext = context2d(beside);
    besideContext.clearRect(0, 0, beside.width, beside.height);
    paint(besideContext, raster);
    context.save();
    context.setTransform(raster.toCanvas);
    context.imageSmoothingEnabled = !isRightAngled(transform);
    context.imageSmoothingQuality = 'high';
    context.drawImage(beside, 0, 0, width, height, 0, 0, width, height);
    context.restore();
  }

  /** Larger than needed does no harm; a new size for every degree would. */
  #sized(width: number, height: number): HTMLCanvasElement {
    this.#beside ??= document.createElement('canvas');
    if (this.#beside.width < width) this.#beside.width = width;
    if (this.#beside.height < height) this.#beside.height = height;
    return this.#beside;
  }
}
