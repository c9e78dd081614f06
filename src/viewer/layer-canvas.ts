// The result layer on screen: a canvas over the slide, painted at the screen's own resolution for exactly what is visible.
// Because nothing is resampled afterwards (but at odd angles), cells stay pixel-true at every zoom; opacity is the canvas element's, so that
// changing it paints nothing.

import { whenPixelsLost } from '../lib/lost-pixels.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { OrientedCanvas } from './oriented-canvas.ts';
import { fitCanvas } from './screen-canvas.ts';
import { sameTransform, type ViewTransform } from './view-transform.ts';

/** Something that can be painted over the slide. */
export interface LayerPainter {
  /** Pictures `rect` (level-0 px) on width x height px. */
  paint(rect: Rect, width: number, height: number): ImageData | OffscreenCanvas;
  /** Takes in what changed since; called before a repaint. */
  refresh?(): void;
}

export class LayerCanvas {
  readonly canvas = document.createElement('canvas');
  readonly #oriented = new OrientedCanvas();
  #painter: LayerPainter | null = null;
  #opacity = 1;
  /** Of what is painted; null when it is out of date. */
  #painted: ViewTransform | null = null;

  constructor(host: HTMLElement) {
    this.canvas.className = 'viewer-layer';
    this.canvas.hidden = true;
    host.append(this.canvas);
    whenPixelsLost(this.canvas, () => {
      const painted = this.#painted;
      this.#painted = null;
      if (painted !== null) this.update(painted);
    });
  }

  setPainter(painter: LayerPainter | null): void {
    this.#painter = painter;
    this.#painted = null;
    this.canvas.hidden = painter === null;
  }

  /** 0..1. */
  setOpacity(opacity: number): void {
    this.#opacity = opacity;
    this.canvas.style.opacity = String(opacity);
  }

  /** Nothing over the slide until the next update. */
  clear(): void {
    this.#painted = null;
    this.canvas.width = 1;
    this.canvas.height = 1;
  }

  /** Draws what is on screen onto a canvas of the screen's size, at the layer's opacity. */
  drawOn(context: CanvasRenderingContext2D): void {
    if (this.#painter === null || this.#painted === null) return;
    context.save();
    context.globalAlpha = this.#opacity;
    context.drawImage(this.canvas, 0, 0);
    context.restore();
  }

  /** The data changed: the next update paints. */
  invalidate(): void {
    this.#painter?.refresh?.();
    this.#painted = null;
  }

  /** Paints if the view or the data changed since the last time. */
  update(transform: ViewTransform): void {
    if (this.#painter === null || sameTransform(this.#painted, transform)) return;
    this.#painted = transform;
    fitCanvas(this.canvas, transform);
    const painter = this.#painter;
    this.#oriented.paint(this.canvas, transform, (context, { rect, width, height }) => {
      const picture = painter.paint(rect, width, height);
      if (picture instanceof ImageData) context.putImageData(picture, 0, 0);
      else context.drawImage(picture, 0, 0);
    });
  }
}
