// The slide on screen: tiles, result layer, frames, scale bar; clicks and keys. Wraps OpenSeadragon, which brings the
// gestures, the springs and the choice of tiles; what is drawn is ours. No React, no model; state/ tells it what to show.

import './viewer.css';
import type { Point, Rect } from '../pyramid/geometry.ts';
import type { SlideDescription } from '../slides/slide-source.ts';
import { Camera } from './camera.ts';
import { LayerCanvas, type LayerPainter } from './layer-canvas.ts';
import { type FieldFrame, Marks } from './marks.ts';
import { nextFrame } from './next-frame.ts';
import type { OpenSeadragon } from './openseadragon.ts';
import { applyMotion, makeOpenSeadragon, reducedMotion, suitPyramid } from './options.ts';
import { PointerWatch } from './pointer-watch.ts';
import { RegionDrawing } from './region-drawing.ts';
import { RegionShapes, type ShownRegion } from './region-shapes.ts';
import { ScaleBarView } from './scale-bar-view.ts';
import { ShapeDrawing, type ShapeTool } from './shape-drawing.ts';
import type { ShapeMark } from './shape-marks.ts';
import { SlideDrawer } from './slide-drawer.ts';
import { type ReadTile, SlideTileSource } from './slide-tile-source.ts';
import { tellTileProgress } from './tile-progress.ts';
import { viewPicture } from './view-picture.ts';
import type { ViewPosition } from './view-position.ts';
import {
  boundsOf,
  sameTransform,
  toScreen,
  toSlide,
  type ViewTransform,
  viewCorners,
  visibleRectOf,
  wholePixelsOn,
} from './view-transform.ts';
import type { ViewerHandlers, ViewerNaming } from './viewer-handlers.ts';
import { listenToInput } from './viewer-input.ts';

export type { LayerPainter } from './layer-canvas.ts';
export type { FieldFrame } from './marks.ts';
export type { ShapeMark } from './shape-marks.ts';
export type { ReadTile } from './slide-tile-source.ts';
export { openBitmaps } from './tile-bitmaps.ts';
export type { ViewerHandlers, ViewerNaming } from './viewer-handlers.ts';

interface ShownSlide {
  readonly source: SlideTileSource;
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
}

export class SlideViewer {
  readonly #handlers: ViewerHandlers;
  readonly #osd: OpenSeadragon.Viewer;
  readonly #camera: Camera;
  readonly #layer: LayerCanvas;
  readonly #regions: RegionShapes;
  readonly #shapes: ShapeDrawing;
  readonly #marks: Marks;
  readonly #scaleBar: ScaleBarView;
  readonly #drawing: RegionDrawing;
  readonly #pointer: PointerWatch;
  readonly #ended = new AbortController();
  #slide: ShownSlide | null = null;
  #region: Rect | null = null;
  #opening: Promise<void> = Promise.resolve();
  #settleOpening: () => void = () => {};
  #seen: ViewTransform | null = null;
  #wasWhole = false;
  #repaintFrame = 0;

  /** `drawer`: one of OpenSeadragon's own, which cost copies and exactness, in place of ours. */
  constructor(
    element: HTMLElement,
    handlers: ViewerHandlers,
    naming: ViewerNaming = { label: 'Slide' },
    drawer?: 'canvas' | 'webgl',
  ) {
    this.#handlers = handlers;
    this.#osd = makeOpenSeadragon(element, drawer ?? SlideDrawer);
    this.#camera = new Camera(this.#osd);
    tellTileProgress(this.#osd);
    const { canvas } = this.#osd;
    this.#layer = new LayerCanvas(canvas);
    this.#regions = new RegionShapes(canvas);
    this.#marks = new Marks(canvas);
    this.#marks.update(null, []);
    this.#scaleBar = new ScaleBarView(canvas);
    this.#drawing = new RegionDrawing(canvas, {
      onPreview: (from, to) => this.#marks.setRegion(this.#spanOnSlide(from, to)),
      onDone: (from, to) => {
        this.#marks.setRegion(this.#region);
        handlers.onRegion(this.#spanOnSlide(from, to));
      },
      onGiveUp: () => {
        this.#marks.setRegion(this.#region);
        handlers.onRegion(null);
      },
    });
    this.#pointer = new PointerWatch(canvas, (at) =>
      handlers.onPointer(at === null || this.#slide === null ? null : toSlide(this.#camera.transform(), at)),
    );
    this.#shapes = new ShapeDrawing(canvas, () => this.#camera.transform(), {
      onDone: (corners) => handlers.onShape(corners),
      onGiveUp: () => handlers.onShape(null),
    });
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-roledescription', 'slide viewer');
    canvas.setAttribute('aria-label', naming.label);
    if (naming.describedBy !== undefined) canvas.setAttribute('aria-describedby', naming.describedBy);
    this.#listen();
  }

  /**
   * Shows a slide, whole, in place of the one before. Resolves when it can be looked at, which waits for no tile (or when
   * a later call took its place).
   */
  async open(description: SlideDescription, readTile: ReadTile): Promise<void> {
    this.close();
    const source = new SlideTileSource(description, readTile, (trouble) => {
      if (this.#slide?.source === source) this.#handlers.onTileTrouble(trouble);
    });
    this.#slide = { source, width: description.width, height: description.height };
    this.#camera.setSlide(description);
    this.setScale(description.mppX, description.mppY);
    suitPyramid(this.#osd, description.levels);
    this.#opening = new Promise((resolve) => {
      this.#settleOpening = resolve;
    });
    this.#osd.open({ tileSource: source });
    await this.#opening;
  }

  /** Takes the slide away and frees its tiles. Layer, frames, marker and region stay until they are set. */
  close(): void {
    this.#slide?.source.close();
    this.#slide = null;
    this.#camera.setSlide(null);
    this.#seen = null;
    this.#wasWhole = false;
    // This also drops a slide that is still being opened, of which OpenSeadragon then says nothing more.
    this.#osd.close();
    this.#settleOpening();
    this.#showMarks(null);
  }

  view(): ViewPosition {
    return this.#camera.view();
  }

  /** Jumps to a view (as near as its magnification is possible). Resolves when it is drawn. */
  async setView(view: ViewPosition): Promise<void> {
    await this.#whenOpen();
    if (this.#slide === null) return;
    this.#wasWhole = false;
    this.#camera.goTo(view);
    await nextFrame();
  }

  /** Jumps there at once, for a view that follows another. */
  jump(view: ViewPosition): void {
    if (this.#slide === null || this.#osd.world.getItemCount() === 0) return;
    this.#wasWhole = false;
    this.#camera.follow(view);
  }

  /** The corners of what is on screen, level-0 px, clockwise on screen from the upper left. */
  corners(): Point[] {
    return viewCorners(this.#camera.transform());
  }

  /** CSS px a place is from the element's upper left corner. */
  placeOf(at: Point): Point {
    return toScreen(this.#camera.transform(), at);
  }

  /** Level-0 px, around all that is visible; it may reach beyond the slide. Without a slide it has no area. */
  visibleRect(): Rect {
    return visibleRectOf(this.#camera.transform());
  }

  /** Level-0 px a CSS px. */
  level0PerCssPx(): number {
    return 1 / this.#camera.transform().scale;
  }

  /** um a CSS px across the screen; null where the scale is not known. */
  micronsAcross(): number | null {
    return this.#camera.micronsAcross();
  }

  /** The whole slide. */
  fit(): void {
    this.#camera.fit();
  }

  /** Zooms about the centre. */
  zoomBy(factor: number): void {
    this.#wasWhole = false;
    this.#camera.zoomBy(factor);
  }

  /** Turns the slide about the view's middle, degrees clockwise on screen. */
  turnBy(degrees: number): void {
    this.#camera.turnBy(degrees);
  }

  /** Mirrors the view left to right. */
  mirror(): void {
    this.#camera.mirror();
  }

  /** um per level-0 px, as known now. The view stays, what its magnification is called changes. */
  setScale(mppX: number | null, mppY: number | null): void {
    this.#seen = null;
    this.#camera.setScale(mppX, mppY);
  }

  /** What is painted over the slide, at `opacity` (0..1). */
  setLayer(layer: LayerPainter | null, opacity: number): void {
    this.#layer.setPainter(layer);
    this.#layer.setOpacity(opacity);
    this.repaintLayer();
  }

  /** 0..1; paints nothing anew. */
  setLayerOpacity(opacity: number): void {
    this.#layer.setOpacity(opacity);
  }

  /** The layer's data changed. However often it is called, painting happens once a frame. */
  repaintLayer(): void {
    if (this.#repaintFrame !== 0) return;
    this.#repaintFrame = requestAnimationFrame(() => {
      this.#repaintFrame = 0;
      this.#layer.invalidate();
      if (this.#slide !== null) this.#layer.update(this.#camera.transform());
    });
  }

  setFrames(frames: readonly FieldFrame[]): void {
    this.#marks.setFrames(frames);
  }

  setShapes(shapes: readonly ShapeMark[]): void {
    this.#marks.setShapes(shapes);
  }

  setMarker(at: Point | null): void {
    this.#marks.setMarker(at);
  }

  /** Keeps the crosshair in view; while the slide has the keyboard's focus it shows anyway. */
  setCrosshair(visible: boolean): void {
    this.#marks.setCrosshair(visible);
  }

  /** Level-0 px. */
  setRegion(rect: Rect | null): void {
    this.#region = rect;
    this.#marks.setRegion(rect);
  }

  /** The next drag draws a region (handlers.onRegion). */
  startDrawingRegion(): void {
    if (this.#slide !== null) this.#drawing.start();
  }

  stopDrawingRegion(): void {
    this.#drawing.stop();
    this.#marks.setRegion(this.#region);
  }

  setRegions(regions: readonly ShownRegion[]): void {
    this.#regions.setRegions(regions);
    this.#marks.setNames(this.#regions.nameBoxes());
  }

  /** What is drawn next is a shape (handlers.onShape). */
  startDrawingShape(tool: ShapeTool): void {
    if (this.#slide === null) return;
    this.#shapes.start(tool);
    // The keyboard sets corners too.
    this.#osd.canvas.focus({ preventScroll: true });
  }

  stopDrawingShape(): void {
    this.#shapes.stop();
  }

  /** The shape so far is the shape. */
  finishShape(): void {
    this.#shapes.finish();
  }

  /** What is on screen, in device px: slide and layer on white, without frames and scale bar. */
  async snapshot(): Promise<HTMLCanvasElement> {
    await this.#whenOpen();
    await nextFrame();
    return viewPicture(this.#osd, this.#layer);
  }

  destroy(): void {
    this.close();
    this.#ended.abort();
    this.#drawing.stop();
    this.#pointer.stop();
    this.#shapes.stop();
    cancelAnimationFrame(this.#repaintFrame);
    this.#osd.destroy();
  }

  #listen(): void {
    const { signal } = this.#ended;
    this.#osd.addHandler('open', () => {
      this.#onDrawn();
      this.#settleOpening();
    });
    this.#osd.addHandler('update-viewport', () => this.#onDrawn());
    listenToInput(this.#osd, this.#camera, {
      isOpen: () => this.#slide !== null,
      onChoose: (at) => this.#handlers.onClick(at),
      signal,
    });
    reducedMotion.addEventListener('change', () => applyMotion(this.#osd), { signal });
  }

  /** Waits for the newest slide, also when it came while waiting for the one before. */
  async #whenOpen(): Promise<void> {
    let awaited: Promise<void>;
    do {
      awaited = this.#opening;
      await awaited;
    } while (awaited !== this.#opening);
  }

  /** Right after OpenSeadragon drew the slide: what lies over it follows within the same frame. */
  #onDrawn(): void {
    if (this.#slide === null) return;
    const transform = this.#camera.transform();
    this.#layer.update(transform);
    if (sameTransform(this.#seen, transform)) return;
    const resized = this.#seen?.width !== transform.width || this.#seen.height !== transform.height;
    // A whole slide stays whole when the view gets another size.
    if (resized && this.#wasWhole) this.#camera.fit(true);
    else this.#wasWhole = this.#camera.isWhole();
    this.#seen = transform;
    this.#showMarks(transform);
    this.#handlers.onView(this.view());
    this.#pointer.again();
  }

  #showMarks(transform: ViewTransform | null): void {
    this.#regions.update(transform);
    this.#shapes.update();
    this.#marks.update(transform, this.#regions.nameBoxes());
    this.#scaleBar.update(transform === null ? null : this.#camera.micronsAcross());
    if (transform === null) this.#layer.clear();
  }

  /** The part of the slide between two places on screen, along the slide's own directions. */
  #spanOnSlide(from: Point, to: Point): Rect | null {
    const transform = this.#camera.transform();
    const rect = boundsOf([toSlide(transform, from), toSlide(transform, to)]);
    return this.#slide === null ? null : wholePixelsOn(this.#slide, rect);
  }
}
