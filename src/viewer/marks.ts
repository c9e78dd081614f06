// Marks over the slide: the frames of the model's fields, the point asked about, the region of the next run, what is
// measured, the crosshair. One SVG whose shapes are moved once a frame; it reads nothing from the page and takes no
// pointer events.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { type ShapeMark, ShapeMarks } from './shape-marks.ts';
import { moveTo, pointsText, show, snapped, svgElement, twoLined } from './svg.ts';
import { boundsOf, cornersOf, isRightAngled, toScreen, type ViewTransform } from './view-transform.ts';

/** The field of one magnification, framed on the slide. */
export interface FieldFrame {
  /** Level-0 px. */
  readonly rect: Rect;
  /** "10x · 1 µm/px". */
  readonly label: string;
  readonly emphasis: 'fine' | 'coarse';
}

/** A frame narrower than this carries no label, CSS px. */
const NARROWEST_LABELLED_PX = 28;
const CROSSHAIR_ARM_PX = 14;
const CROSSHAIR_GAP_PX = 4;

export class Marks {
  readonly #svg: SVGSVGElement;
  readonly #region: BoxMark;
  readonly #frames: SVGGElement;
  readonly #shapes = new ShapeMarks();
  readonly #marker: SVGGElement;
  readonly #crosshair: SVGGElement;
  #frameMarks: { frame: FieldFrame; box: BoxMark; label: SVGTextElement }[] = [];
  #regionRect: Rect | null = null;
  #markerAt: Point | null = null;
  #transform: ViewTransform | null = null;

  constructor(host: HTMLElement) {
    this.#svg = svgElement('svg', { class: 'viewer-marks', 'aria-hidden': 'true' });
    this.#region = new BoxMark('region');
    this.#frames = svgElement('g', {});
    this.#marker = twoLined('marker', () => svgElement('circle', { r: '6' }));
    const arm = `M0,${CROSSHAIR_GAP_PX}v${CROSSHAIR_ARM_PX}`;
    const back = `M0,${-CROSSHAIR_GAP_PX}v${-CROSSHAIR_ARM_PX}`;
    const across = `M${CROSSHAIR_GAP_PX},0h${CROSSHAIR_ARM_PX}M${-CROSSHAIR_GAP_PX},0h${-CROSSHAIR_ARM_PX}`;
    this.#crosshair = twoLined('crosshair', () => svgElement('path', { d: arm + back + across }));
    show(this.#crosshair, false);
    this.#svg.append(this.#region.group, this.#frames, this.#shapes.group, this.#marker, this.#crosshair);
    host.append(this.#svg);
    this.setRegion(null);
    this.setMarker(null);
  }

  setFrames(frames: readonly FieldFrame[]): void {
    this.#frameMarks = frames.map((frame) => {
      const box = new BoxMark(`frame ${frame.emphasis}`);
      const label = svgElement('text', { class: 'frame-label' });
      label.textContent = frame.label;
      box.group.append(label);
      return { frame, box, label };
    });
    this.#frames.replaceChildren(...this.#frameMarks.map(({ box }) => box.group));
    this.#redraw();
  }

  setMarker(at: Point | null): void {
    this.#markerAt = at;
    this.#redraw();
  }

  setShapes(shapes: readonly ShapeMark[]): void {
    this.#shapes.set(shapes);
    this.#redraw();
  }

  setRegion(rect: Rect | null): void {
    this.#regionRect = rect;
    this.#redraw();
  }

  setCrosshair(visible: boolean): void {
    show(this.#crosshair, visible);
  }

  /** Moves everything to where it now lies. `null`: no slide, nothing shows. */
  update(transform: ViewTransform | null): void {
    this.#transform = transform;
    show(this.#svg, transform !== null);
    this.#redraw();
  }

  #redraw(): void {
    const transform = this.#transform;
    if (transform === null) return;
    this.#svg.classList.toggle('oblique', !isRightAngled(transform));
    for (const { frame, box, label } of this.#frameMarks) {
      const { x, y, width } = box.place(frame.rect, transform);
      // Above the frame, or inside it when it reaches over the view's upper edge.
      label.setAttribute('x', String(x + 1));
      label.setAttribute('y', String(y > 20 ? y - 5 : y + 15));
      show(label, width >= NARROWEST_LABELLED_PX);
    }
    this.#shapes.place(transform);
    show(this.#region.group, this.#regionRect !== null);
    if (this.#regionRect !== null) this.#region.place(this.#regionRect, transform);
    show(this.#marker, this.#markerAt !== null);
    if (this.#markerAt !== null) moveTo(this.#marker, toScreen(transform, this.#markerAt));
    moveTo(this.#crosshair, snapped({ x: transform.width / 2 - 0.5, y: transform.height / 2 - 0.5 }));
  }
}

/** A rectangle of the slide, of two lines; on whole device pixels at right angles. */
class BoxMark {
  readonly group: SVGGElement;

  constructor(className: string) {
    this.group = twoLined(className, () => svgElement('polygon'));
  }

  /** Returns where its label goes, and how wide it may be, CSS px. */
  place(rect: Rect, transform: ViewTransform): { x: number; y: number; width: number } {
    const aligned = isRightAngled(transform);
    const corners = cornersOf(rect)
      .map((corner) => toScreen(transform, corner))
      .map((corner) => (aligned ? snapped(corner) : corner));
    for (const line of this.group.querySelectorAll('polygon')) line.setAttribute('points', pointsText(corners));
    const { x, y, width } = boundsOf(corners);
    const top = corners.find((corner) => corner.y === y);
    return { x: aligned || top === undefined ? x : top.x, y, width };
  }
}
