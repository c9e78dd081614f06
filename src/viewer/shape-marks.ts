// Lines and outlines that the user measures with: each with its number beside it and a dot at each corner. Knows no unit
// and no tool; state/ says what to show.

import type { Point } from '../pyramid/geometry.ts';
import { moveTo, pointsText, svgElement, twoLined } from './svg.ts';
import { boundsOf, toScreen, type ViewTransform } from './view-transform.ts';

export interface ShapeMark {
  /** Level-0 px. */
  readonly points: readonly Point[];
  /** An outline comes back to its first point. */
  readonly closed: boolean;
  /** "124 µm"; empty for none. */
  readonly label: string;
}

const DOT_PX = '3';
const LABEL_OFFSET_PX = 8;

interface Drawn {
  readonly shape: ShapeMark;
  readonly lines: SVGGElement;
  readonly dots: readonly SVGGElement[];
  readonly label: SVGTextElement;
}

export class ShapeMarks {
  readonly group = svgElement('g', { class: 'shapes' });
  #drawn: readonly Drawn[] = [];

  set(shapes: readonly ShapeMark[]): void {
    this.#drawn = shapes.map((shape) => {
      const label = svgElement('text', { class: 'shape-label' });
      label.textContent = shape.label;
      return {
        shape,
        lines: twoLined('shape', () => svgElement(shape.closed ? 'polygon' : 'polyline')),
        dots: shape.points.map(() => twoLined('shape-dot', () => svgElement('circle', { r: DOT_PX }))),
        label,
      };
    });
    this.group.replaceChildren(...this.#drawn.flatMap(({ lines, dots, label }) => [lines, ...dots, label]));
  }

  place(transform: ViewTransform): void {
    for (const { shape, lines, dots, label } of this.#drawn) {
      const corners = shape.points.map((point) => toScreen(transform, point));
      for (const line of lines.children) line.setAttribute('points', pointsText(corners));
      for (const [index, dot] of dots.entries()) moveTo(dot, corners[index] ?? { x: 0, y: 0 });
      const at = labelPlace(corners, shape.closed);
      label.setAttribute('x', String(at.x));
      label.setAttribute('y', String(at.y));
    }
  }
}

/** In the middle of an outline; beside the last corner of a line. */
function labelPlace(corners: readonly Point[], closed: boolean): Point {
  const last = corners.at(-1);
  if (last === undefined) return { x: 0, y: 0 };
  if (!closed) return { x: last.x + LABEL_OFFSET_PX, y: last.y - LABEL_OFFSET_PX };
  const { x, y, width, height } = boundsOf(corners);
  return { x: x + width / 2, y: y + height / 2 };
}
