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
  goTo({ x, y, magnification, rotation = 0, flipped = false }: ViewPosition): void {
    const slide = this.#slide;
    if (slide === null) return;
    const { viewport } = this.#osd;
    this.orient({ degrees: rotation, flipped });
    const scale = scaleOfMagnification(magnification, this.#mpp?.mean ?? null);
    const zoom = (scale * slide.width) / viewport.getContainerSize().x;
    viewport.zoomTo(Math.min(viewport.getMaxZoom(), Math.max(viewport.getMinZoom(), zoom)), undefined, true);
    viewport.panTo(new OpenSeadragon.Point(x / slide.width, y / slide.width), true);
  }

  /** The whole slide, as it is turned. */
  fit(): void {
    if (this.#slide !== null) this.#osd.viewport.goHome(reducedMotion.matches);
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
