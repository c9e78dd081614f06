// Drawing a rectangle on the slide with mouse, pen or finger. While it is on, a pane over the slide takes the pointer; the
// wheel still zooms. Knows nothing of what the rectangle is for.

import type { Point, Rect } from '../pyramid/geometry.ts';

export interface RegionDrawingHandlers {
  /** The rectangle so far, CSS px in the host. */
  onPreview(rect: Rect): void;
  /** The finished rectangle, CSS px in the host; null when it was given up (Escape, or a press without a drag). */
  onDone(rect: Rect | null): void;
}

/** A press that moves less is no drag, CSS px. */
const SMALLEST_PX = 4;

export class RegionDrawing {
  readonly #pane = document.createElement('div');
  readonly #host: HTMLElement;
  readonly #handlers: RegionDrawingHandlers;
  #start: Point | null = null;

  constructor(host: HTMLElement, handlers: RegionDrawingHandlers) {
    this.#host = host;
    this.#handlers = handlers;
    this.#pane.className = 'viewer-drawing';
    for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const) {
      this.#pane.addEventListener(type, this.#onPointer);
    }
  }

  start(): void {
    this.#host.append(this.#pane);
    document.addEventListener('keydown', this.#onKey);
  }

  stop(): void {
    this.#start = null;
    this.#pane.remove();
    document.removeEventListener('keydown', this.#onKey);
  }

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.#finish(null);
  };

  readonly #onPointer = (event: PointerEvent) => {
    // The slide underneath must not move along.
    event.stopPropagation();
    const at = this.#place(event);
    if (event.type === 'pointerdown' && event.isPrimary && event.button === 0) {
      this.#pane.setPointerCapture(event.pointerId);
      this.#start = at;
    }
    if (this.#start === null || !event.isPrimary) return;
    const rect = span(this.#start, at);
    if (event.type === 'pointermove') this.#handlers.onPreview(rect);
    if (event.type === 'pointercancel') this.#finish(null);
    if (event.type === 'pointerup') this.#finish(Math.max(rect.width, rect.height) < SMALLEST_PX ? null : rect);
  };

  #finish(rect: Rect | null): void {
    this.stop();
    this.#handlers.onDone(rect);
  }

  #place(event: PointerEvent): Point {
    const { left, top } = this.#host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}

function span(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}
