// Drawing a region on the slide: rectangle (drag), polygon (a click a corner) or freehand (drag along the edge), with mouse,
// pen or finger; rectangle and polygon also with the keyboard, where Enter sets a corner at the view's middle. Corners are
// kept in level-0 px, so that the slide may be moved and zoomed in between. Knows nothing of what the shape is for.

import type { Point } from '../pyramid/geometry.ts';
import { boundsOf, cornersOf, toScreen, toSlide, type ViewTransform } from './view-transform.ts';

export type ShapeTool = 'rectangle' | 'polygon' | 'freehand';

export interface ShapeDrawingHandlers {
  /** Corners of the finished shape, level-0 px, three or more. */
  onDone(corners: readonly Point[]): void;
  /** Escape, or a shape without an inside. */
  onGiveUp(): void;
}

/** Freehand keeps a place when the pointer has gone this far, CSS px. */
const STEP_PX = 3;
/** A click this near to the first corner closes a polygon, CSS px. */
const CLOSING_PX = 9;
/** A drag shorter than this makes no shape, CSS px. */
const SMALLEST_PX = 4;

export class ShapeDrawing {
  readonly #pane = document.createElement('div');
  readonly #line: SVGPathElement;
  readonly #host: HTMLElement;
  readonly #transform: () => ViewTransform;
  readonly #handlers: ShapeDrawingHandlers;
  #tool: ShapeTool | null = null;
  #corners: Point[] = [];
  /** Where the pointer is, level-0 px; null while it is away. */
  #pointer: Point | null = null;
  #dragging = false;

  constructor(host: HTMLElement, transform: () => ViewTransform, handlers: ShapeDrawingHandlers) {
    this.#host = host;
    this.#transform = transform;
    this.#handlers = handlers;
    this.#pane.className = 'viewer-drawing';
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', 'viewer-marks');
    svg.setAttribute('aria-hidden', 'true');
    const shadow = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    this.#line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    shadow.setAttribute('class', 'dark');
    this.#line.setAttribute('class', 'light drawn');
    svg.append(shadow, this.#line);
    this.#pane.append(svg);
    for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'dblclick'] as const) {
      this.#pane.addEventListener(type, (event) => this.#onPointer(event as PointerEvent));
    }
  }

  start(tool: ShapeTool): void {
    this.stop();
    this.#tool = tool;
    this.#host.append(this.#pane);
    // Before the slide's own keys: Enter sets a corner while a shape is drawn.
    document.addEventListener('keydown', this.#onKey, { capture: true });
  }

  stop(): void {
    this.#tool = null;
    this.#corners = [];
    this.#pointer = null;
    this.#dragging = false;
    this.#pane.remove();
    document.removeEventListener('keydown', this.#onKey, { capture: true });
    this.update();
  }

  /** Ends the shape with the corners it has. */
  finish(): void {
    const corners = this.#tool === 'rectangle' ? this.#rectangle() : withoutRepeats(this.#corners);
    const { scale } = this.#transform();
    const { width, height } = boundsOf(corners);
    const isShape =
      corners.length >= 3 && Math.min(width, height) > 0 && Math.max(width, height) * scale >= SMALLEST_PX;
    this.stop();
    if (isShape) this.#handlers.onDone(corners);
    else this.#handlers.onGiveUp();
  }

  /** Draws the shape so far where it now lies. */
  update(): void {
    const path = this.#tool === null ? '' : this.#preview();
    for (const line of this.#pane.querySelectorAll('path')) line.setAttribute('d', path);
  }

  #preview(): string {
    const transform = this.#transform();
    const isRectangle = this.#tool === 'rectangle';
    const corners = isRectangle
      ? this.#rectangle()
      : [...this.#corners, ...(this.#tool === 'polygon' && this.#pointer !== null ? [this.#pointer] : [])];
    const places = corners.map((corner) => toScreen(transform, corner));
    const dots = isRectangle ? [] : places.slice(0, 1);
    return [
      places.length === 0 ? '' : `M${places.map(({ x, y }) => `${x},${y}`).join('L')}${isRectangle ? 'Z' : ''}`,
      ...dots.map(({ x, y }) => `M${x - 4},${y - 4}h8v8h-8Z`),
    ].join('');
  }

  #rectangle(): readonly Point[] {
    const [first] = this.#corners;
    const last = this.#corners[1] ?? this.#pointer;
    return first === undefined || last === null ? [] : cornersOf(boundsOf([first, last]));
  }

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      this.stop();
      this.#handlers.onGiveUp();
    } else if (!this.#host.contains(document.activeElement)) {
      return;
    } else if (event.key === 'Enter' && event.shiftKey) {
      this.finish();
    } else if (event.key === 'Enter' && this.#tool !== 'freehand') {
      const { x, y } = this.#transform();
      this.#addCorner({ x, y });
    } else if (event.key === 'Backspace') {
      this.#corners.pop();
      this.update();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  #addCorner(at: Point): void {
    this.#corners.push(at);
    this.update();
    if (this.#tool === 'rectangle' && this.#corners.length === 2) this.finish();
  }

  #onPointer(event: PointerEvent): void {
    // The slide underneath must not move along.
    event.stopPropagation();
    if (event.type === 'dblclick') {
      if (this.#tool === 'polygon') this.finish();
      return;
    }
    if (!event.isPrimary) return;
    const { left, top } = this.#host.getBoundingClientRect();
    const at = toSlide(this.#transform(), { x: event.clientX - left, y: event.clientY - top });
    this.#pointer = at;
    if (event.type === 'pointercancel') this.#dragging = false;
    else if (this.#tool === 'polygon') this.#clickCorner(event, at);
    else this.#drag(event, at);
    this.update();
  }

  #clickCorner(event: PointerEvent, at: Point): void {
    if (event.type !== 'pointerdown' || event.button !== 0) return;
    const [first] = this.#corners;
    const closes = first !== undefined && this.#corners.length >= 3 && this.#distancePx(first, at) <= CLOSING_PX;
    if (closes) this.finish();
    else this.#addCorner(at);
  }

  #drag(event: PointerEvent, at: Point): void {
    if (event.type === 'pointerdown' && event.button === 0) {
      this.#pane.setPointerCapture(event.pointerId);
      this.#dragging = true;
      this.#corners = [at];
    } else if (this.#dragging && event.type === 'pointermove') {
      const last = this.#corners.at(-1);
      if (this.#tool === 'freehand' && last !== undefined && this.#distancePx(last, at) >= STEP_PX)
        this.#corners.push(at);
    } else if (this.#dragging && event.type === 'pointerup') {
      if (this.#tool === 'rectangle') this.#corners.push(at);
      this.finish();
    }
  }

  #distancePx(a: Point, b: Point): number {
    return Math.hypot(a.x - b.x, a.y - b.y) * this.#transform().scale;
  }
}

/** A double click sets the same corner twice. */
function withoutRepeats(points: readonly Point[]): readonly Point[] {
  return points.filter((point, index) => {
    const before = points[index - 1];
    return before === undefined || Math.hypot(point.x - before.x, point.y - before.y) > 0.5;
  });
}
