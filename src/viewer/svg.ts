// Small helpers for what is drawn over the slide in SVG: every line is dark with a light one on it, so that it shows on any
// stain, and sharp lines lie on device pixels.

import type { Point } from '../pyramid/geometry.ts';

export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A group of the same shape twice: dark below, light above. */
export function twoLined(className: string, shape: () => SVGElement): SVGGElement {
  const group = svgElement('g', { class: className });
  for (const line of ['dark', 'light']) {
    const drawn = shape();
    drawn.setAttribute('class', line);
    group.append(drawn);
  }
  return group;
}

export function moveTo(group: SVGGElement, { x, y }: Point): void {
  group.setAttribute('transform', `translate(${x} ${y})`);
}

export function show(mark: SVGElement, visible: boolean): void {
  mark.setAttribute('visibility', visible ? 'inherit' : 'hidden');
}

/** As the attribute `points` wants them. */
export function pointsText(points: readonly Point[]): string {
  return points.map(({ x, y }) => `${x},${y}`).join(' ');
}

/** The middle of the nearest device pixel: where a line one pixel wide is sharp. */
export function snapped({ x, y }: Point): Point {
  const ratio = window.devicePixelRatio;
  const snap = (value: number) => (Math.round(value * ratio) + 0.5) / ratio;
  return { x: snap(x), y: snap(y) };
}
