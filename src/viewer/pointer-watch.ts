// Where the pointer is over an element, told at most once a frame, and again when what lies under it has moved.

import type { Point } from '../pyramid/geometry.ts';

export class PointerWatch {
  readonly #element: HTMLElement;
  readonly #onMove: (at: Point | null) => void;
  readonly #ended = new AbortController();
  #client: Point | null = null;
  #frame = 0;

  /** `onMove` hears CSS px in the element, null when the pointer has left it. */
  constructor(element: HTMLElement, onMove: (at: Point | null) => void) {
    this.#element = element;
    this.#onMove = onMove;
    const { signal } = this.#ended;
    element.addEventListener('pointermove', (event) => this.#set({ x: event.clientX, y: event.clientY }), { signal });
    element.addEventListener('pointerleave', () => this.#set(null), { signal });
  }

  /** The view moved under a pointer at rest. */
  again(): void {
    if (this.#client !== null) this.#set(this.#client);
  }

  stop(): void {
    this.#ended.abort();
    cancelAnimationFrame(this.#frame);
  }

  #set(client: Point | null): void {
    this.#client = client;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#onMove(this.#client === null ? null : this.#placeOf(this.#client));
    });
  }

  #placeOf(client: Point): Point {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: client.x - left, y: client.y - top };
  }
}
