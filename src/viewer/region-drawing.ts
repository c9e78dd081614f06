// Dragging from one place on the slide to another with mouse, pen or finger. While it is on, a pane over the slide takes
// the pointer; the wheel still zooms. Knows nothing of what the two places are for.

import type { Point } from '../pyramid/geometry.ts';

export interface RegionDrawingHandlers {
  /** Where the drag began and where it is now, CSS px in the host. */
  onPreview(from: Point, to: Point): void;
  /** Where it began and ended. */
  onDone(from: Point, to: Point): void;
  /** It was given up: Escape, or a press without a drag. */
  onGiveUp(): void;
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
    this.#giveUp();
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
    const from = this.#start;
    if (event.type === 'pointermove') this.#handlers.onPreview(from, at);
    if (event.type === 'pointercancel') this.#giveUp();
    if (event.type !== 'pointerup') return;
    if (Math.max(Math.abs(at.x - from.x), Math.abs(at.y - from.y)) < SMALLEST_PX) {
      this.#giveUp();
    } else {
      this.stop();
      this.#handlers.onDone(from, at);
    }
  };

  #giveUp(): void {
    this.stop();
    this.#handlers.onGiveUp();
  }

  #place(event: PointerEvent): Point {
    const { left, top } = this.#host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
