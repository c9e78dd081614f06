// Holds what the viewer should show, whether or not it is on the page: React may mount it late, twice, or again. The
// viewer is made at mount and told everything; after that each change goes straight to it.

import type { PixelsCalls, PixelsEvents } from '../../crops/pixels.contract.ts';
import type { Client } from '../../lib/worker-call.ts';
import type { Point, Rect } from '../../pyramid/geometry.ts';
import type { SlideDescription } from '../../slides/slide-source.ts';
import type { ShownRegion } from '../../viewer/region-shapes.ts';
import type { FieldFrame, LayerPainter, ShapeMark, SlideViewer, ViewerHandlers } from '../../viewer/slide-viewer.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';

export type MakeViewer = (element: HTMLElement, handlers: ViewerHandlers, label: string) => SlideViewer;

interface ShownSlide {
  readonly handle: number;
  readonly description: SlideDescription;
}

export class ViewerHost {
  readonly #make: MakeViewer;
  readonly #pixels: Client<PixelsCalls, PixelsEvents>;
  readonly #onTile: () => void;
  readonly #label: string;
  #handlers: ViewerHandlers | null = null;
  #viewer: SlideViewer | null = null;
  #opening: Promise<void> = Promise.resolve();
  #slide: ShownSlide | null = null;
  /** Where to look once the viewer is there; then where it last looked. */
  #position: ViewPosition | null = null;
  #layer: LayerPainter | null = null;
  #opacity = 1;
  #frames: readonly FieldFrame[] = [];
  #marker: Point | null = null;
  #region: Rect | null = null;
  #shapes: readonly ShapeMark[] = [];
  #regions: readonly ShownRegion[] = [];
  #whenMounted: (() => void)[] = [];

  /** `onTile` is told of every tile that came. `label` is what assistive technology calls the view. */
  constructor(make: MakeViewer, pixels: Client<PixelsCalls, PixelsEvents>, onTile: () => void, label: string) {
    this.#make = make;
    this.#pixels = pixels;
    this.#onTile = onTile;
    this.#label = label;
  }

  /** Who hears of clicks and moves; set once, before the first mount. */
  handle(handlers: ViewerHandlers): void {
    this.#handlers = handlers;
  }

  get viewer(): SlideViewer | null {
    return this.#viewer;
  }

  mount(element: HTMLElement): () => void {
    const handlers = this.#handlers;
    if (handlers === null) throw new Error('handle() comes before mount().');
    const onView = (view: ViewPosition) => {
      this.#position = view;
      handlers.onView(view);
    };
    const viewer = this.#make(element, { ...handlers, onView }, this.#label);
    this.#viewer = viewer;
    viewer.setLayer(this.#layer, this.#opacity);
    viewer.setFrames(this.#frames);
    viewer.setMarker(this.#marker);
    viewer.setRegion(this.#region);
    viewer.setShapes(this.#shapes);
    viewer.setRegions(this.#regions);
    if (this.#slide !== null) this.#opening = this.#show(viewer, this.#slide, this.#position);
    for (const resolve of this.#whenMounted.splice(0)) resolve();
    return () => {
      if (this.#viewer === viewer) this.#viewer = null;
      viewer.destroy();
    };
  }

  /** Shows a slide, or none. `position` null fits the slide into the view. */
  show(slide: ShownSlide | null, position: ViewPosition | null): void {
    this.#slide = slide;
    this.#position = position;
    if (this.#viewer === null) return;
    if (slide === null) this.#viewer.close();
    else this.#opening = this.#show(this.#viewer, slide, position);
  }

  async #show(viewer: SlideViewer, slide: ShownSlide, position: ViewPosition | null): Promise<void> {
    await viewer.open(slide.description, async (address, signal) => {
      const bitmap = await this.#pixels.call(
        'tile',
        { handle: slide.handle, address, priority: 'visible' },
        { signal },
      );
      this.#onTile();
      return bitmap;
    });
    if (position !== null && this.#viewer === viewer && this.#slide === slide) await viewer.setView(position);
  }

  setScale(description: SlideDescription): void {
    if (this.#slide !== null) this.#slide = { ...this.#slide, description };
    this.#viewer?.setScale(description.mppX, description.mppY);
  }

  view(): ViewPosition | null {
    return this.#viewer !== null && this.#slide !== null ? this.#viewer.view() : this.#position;
  }

  /** At once, for a view that follows another; where it is not on the page yet, when it comes. */
  jump(view: ViewPosition): void {
    this.#position = view;
    this.#viewer?.jump(view);
  }

  /** Resolves when the view is there, which waits for the viewer to be on the page. */
  async setView(view: ViewPosition): Promise<void> {
    this.#position = view;
    if (this.#viewer === null) await new Promise<void>((resolve) => this.#whenMounted.push(resolve));
    await this.#opening;
    await this.#viewer?.setView(view);
  }

  /** Brings a rectangle (level-0 px) into view, with some room around it. */
  async showRect({ x, y, width, height }: Rect): Promise<void> {
    const view = this.view();
    const visible = this.visibleRect();
    if (view === null || visible === null) return;
    const closer = 0.8 * Math.min(visible.width / Math.max(width, 1), visible.height / Math.max(height, 1));
    const centre = { x: x + width / 2, y: y + height / 2 };
    await this.setView({ ...view, ...centre, magnification: view.magnification * closer });
  }

  visibleRect(): Rect | null {
    return this.#viewer !== null && this.#slide !== null ? this.#viewer.visibleRect() : null;
  }

  setLayer(layer: LayerPainter | null, opacity: number): void {
    this.#layer = layer;
    this.#opacity = opacity;
    this.#viewer?.setLayer(layer, opacity);
  }

  setLayerOpacity(opacity: number): void {
    this.#opacity = opacity;
    this.#viewer?.setLayerOpacity(opacity);
  }

  repaintLayer(): void {
    this.#viewer?.repaintLayer();
  }

  setPoint(marker: Point | null, frames: readonly FieldFrame[]): void {
    this.#marker = marker;
    this.#frames = frames;
    this.#viewer?.setMarker(marker);
    this.#viewer?.setFrames(frames);
  }

  /** The user's own, with their names. */
  setRegions(regions: readonly ShownRegion[]): void {
    this.#regions = regions;
    this.#viewer?.setRegions(regions);
  }

  setRegion(region: Rect | null): void {
    this.#region = region;
    this.#viewer?.setRegion(region);
  }

  setShapes(shapes: readonly ShapeMark[]): void {
    this.#shapes = shapes;
    this.#viewer?.setShapes(shapes);
  }
}
