// Where the viewer looks and how it gets there: OpenSeadragon's viewport in level-0 px, magnifications and degrees. Knows
// no tile and nothing of what lies over the slide.

import type { Point } from '../pyramid/geometry.ts';
import { meanMpp } from '../pyramid/levels.ts';
import { OpenSeadragon } from './openseadragon.ts';
import { reducedMotion } from './options.ts';
import type { ViewPosition } from './view-position.ts';
import {
  fitTransform,
  largestScale,
  magnificationOfScale,
  micronsAcross,
  normalDegrees,
  type Orientation,
  scaleOfMagnification,
  upright,
  type ViewTransform,
} from './view-transform.ts';
import { viewportTransform } from './viewport-transform.ts';

interface Size {
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
}

const nowhere: ViewTransform = { ...upright, x: 0, y: 0, scale: 1, width: 0, height: 0 };

export class Camera {
  readonly #osd: OpenSeadragon.Viewer;
  #slide: Size | null = null;
  /** um per level-0 px. */
  #mpp: { readonly x: number; readonly y: number; readonly mean: number } | null = null;

  constructor(osd: OpenSeadragon.Viewer) {
    this.#osd = osd;
  }

  /** The slide looked at; a new one stands upright. */
  setSlide(slide: Size | null): void {
    this.#slide = slide;
    if (slide !== null) this.orient(upright);
  }

  /** um per level-0 px. The view stays, what its magnification is called changes. */
  setScale(mppX: number | null, mppY: number | null): void {
    const mean = meanMpp({ mppX, mppY });
    this.#mpp = mppX === null || mppY === null || mean === null ? null : { x: mppX, y: mppY, mean };
    this.#osd.viewport.setMaxZoomPixelRatio(largestScale(mean), false);
    this.#osd.forceRedraw();
  }

  transform(): ViewTransform {
    const slide = this.#slide;
    if (slide === null) return nowhere;
    const { viewport } = this.#osd;
    if (this.#osd.world.getItemCount() > 0) return viewportTransform(viewport, slide);
    const size = viewport.getContainerSize();
    return fitTransform(slide, { width: size.x, height: size.y });
  }

  view(): ViewPosition {
    const { x, y, scale, degrees, flipped } = this.transform();
    return {
      x,
      y,
      magnification: magnificationOfScale(scale, this.#mpp?.mean ?? null),
      ...(degrees === 0 ? {} : { rotation: degrees }),
      ...(flipped ? { flipped } : {}),
    };
  }

  /** um a CSS px across the screen; null where the scale is not known. */
  micronsAcross(): number | null {
    return this.#mpp === null ? null : micronsAcross(this.transform(), this.#mpp.x, this.#mpp.y);
  }

  /** Jumps there, as near as the magnification is possible. What the view leaves out is upright. */
  goTo(view: ViewPosition): void {
    this.#limitZoom(null);
    // 1x is 1x also of a slide that is smaller than the window then.
    const overview = this.#zoomOf({ magnification: 1 });
    if (this.#mpp !== null && overview < this.#osd.viewport.getMinZoom()) this.#limitZoom(overview);
    this.#look(view);
  }

  /** As `goTo`, for a view that follows another: beside a larger slide a small one may become smaller than its limit. */
  follow(view: ViewPosition): void {
    this.#limitZoom(null);
    this.#limitZoom(this.#zoomOf(view));
    this.#look(view);
  }

  #look({ x, y, rotation = 0, flipped = false, ...view }: ViewPosition): void {
    const slide = this.#slide;
    if (slide === null) return;
    const { viewport } = this.#osd;
    this.orient({ degrees: rotation, flipped });
    const zoom = this.#zoomOf(view);
    viewport.zoomTo(Math.min(viewport.getMaxZoom(), Math.max(viewport.getMinZoom(), zoom)), undefined, true);
    viewport.panTo(new OpenSeadragon.Point(x / slide.width, y / slide.width), true);
  }

  /** In OpenSeadragon's unit: 1 shows the slide as wide as the view. */
  #zoomOf({ magnification }: Pick<ViewPosition, 'magnification'>): number {
    const scale = scaleOfMagnification(magnification, this.#mpp?.mean ?? null);
    return (scale * (this.#slide?.width ?? 0)) / this.#osd.viewport.getContainerSize().x;
  }

  /** Widens the limits so that `zoom` is within them; null sets them back to the slide's own. */
  #limitZoom(zoom: number | null): void {
    // Read on every use, though the types do not say that they can be set.
    const limits = this.#osd.viewport as unknown as { minZoomLevel: number | null; maxZoomLevel: number | null };
    const { viewport } = this.#osd;
    const [least, most] = zoom === null ? [null, null] : [viewport.getMinZoom(), viewport.getMaxZoom()];
    limits.minZoomLevel = zoom === null || least === null || zoom >= least ? null : zoom;
    limits.maxZoomLevel = zoom === null || most === null || zoom <= most ? null : zoom;
  }

  /** The whole slide, as it is turned. */
  fit(atOnce = reducedMotion.matches): void {
    if (this.#slide !== null) this.#osd.viewport.goHome(atOnce);
  }

  /** The whole slide is in view, as large as it can be. */
  isWhole(): boolean {
    const now = this.transform();
    if (this.#slide === null) return false;
    const whole = fitTransform(this.#slide, now, now);
    const offPx = Math.hypot(now.x - whole.x, now.y - whole.y) * now.scale;
    return offPx < 0.5 && Math.abs(now.scale / whole.scale - 1) < 0.001;
  }

  /** Zooms about the centre. */
  zoomBy(factor: number): void {
    if (this.#slide === null) return;
    this.#osd.viewport.zoomBy(factor, undefined, reducedMotion.matches);
    this.#osd.viewport.applyConstraints(reducedMotion.matches);
  }

  /** Moves the view over the slide by CSS px of the screen. */
  panBy({ x, y }: Point): void {
    if (this.#slide === null) return;
    const { viewport } = this.#osd;
    const step = new OpenSeadragon.Point(viewport.getFlip() ? -x : x, y);
    viewport.panBy(viewport.deltaPointsFromPixels(step), reducedMotion.matches);
    viewport.applyConstraints(reducedMotion.matches);
  }

  /** To a magnification about the centre; nothing happens where the scale is not known. */
  magnify(magnification: number): void {
    if (this.#mpp !== null) this.goTo({ ...this.view(), magnification });
  }

  /** Turns by degrees clockwise on screen, also when the slide is mirrored. */
  turnBy(degrees: number): void {
    const now = this.transform();
    this.orient({ degrees: now.degrees + (now.flipped ? -degrees : degrees), flipped: now.flipped });
  }

  /** Left becomes right on screen. */
  mirror(): void {
    const { degrees, flipped } = this.transform();
    this.orient({ degrees, flipped: !flipped });
  }

  /** Turns the slide about the view's middle, at once. */
  orient({ degrees, flipped }: Orientation): void {
    this.#osd.viewport.setRotation(normalDegrees(degrees), true);
    this.#osd.viewport.setFlip(flipped);
  }
}
