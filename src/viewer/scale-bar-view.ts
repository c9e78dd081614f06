// The scale bar on screen: a line of round length with its number, hidden where the size of a pixel is unknown.

import { scaleBarFor } from './scale-bar.ts';

const LONGEST_PX = 140;

export class ScaleBarView {
  readonly #box = document.createElement('div');
  readonly #label = document.createElement('div');
  readonly #line = document.createElement('div');
  #micronsPerCssPx: number | null = null;

  constructor(host: HTMLElement) {
    this.#box.className = 'viewer-scale-bar';
    this.#line.className = 'viewer-scale-bar-line';
    this.#box.setAttribute('role', 'img');
    this.#box.append(this.#label, this.#line);
    this.#box.hidden = true;
    host.append(this.#box);
  }

  /** um a CSS px along x; null hides the bar. */
  update(micronsPerCssPx: number | null): void {
    if (micronsPerCssPx === this.#micronsPerCssPx) return;
    this.#micronsPerCssPx = micronsPerCssPx;
    this.#box.hidden = micronsPerCssPx === null;
    if (micronsPerCssPx === null) return;
    const { widthPx, label } = scaleBarFor(micronsPerCssPx, LONGEST_PX);
    this.#line.style.width = `${widthPx}px`;
    this.#label.textContent = label;
    this.#box.setAttribute('aria-label', `Scale bar: ${label}`);
  }
}
