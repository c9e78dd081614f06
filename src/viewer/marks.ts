// Marks over the slide: the frames of the model's fields, the point asked about, the region of the next run, what is
// measured, the crosshair. One SVG whose shapes are moved once a frame; it reads nothing from the page and takes no
// pointer events.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { placeLabels } from './label-places.ts';
import { type ShapeMark, ShapeMarks } from './shape-marks.ts';
import { moveTo, pointsText, show, snapped, svgElement, twoLined } from './svg.ts';
import { textStyleOf, textWidthPx } from './text-size.ts';
import { cornersOf, isRightAngled, toScreen, type ViewTransform } from './view-transform.ts';

/** The field of one magnification, framed on the slide. */
export interface FieldFrame {
  /** Level-0 px. */
  readonly rect: Rect;
  /** The same in more and in fewer words, the longest first: "10× · 1 µm/px", "10×". */
  readonly labels: readonly string[];
  readonly emphasis: 'fine' | 'coarse';
}

const CROSSHAIR_ARM_PX = 14;
const CROSSHAIR_GAP_PX = 4;

export class Marks {
  readonly #svg: SVGSVGElement;
  readonly #region: BoxMark;
  readonly #frames: SVGGElement;
  readonly #shapes = new ShapeMarks();
  readonly #marker: SVGGElement;
  readonly #crosshair: SVGGElement;
  #frameMarks: FrameMark[] = [];
  #names: readonly Rect[] = [];
  /** Size of the labels' text, CSS px. */
  #textPx = 0;
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
    const style = textStyleOf(this.#svg);
    this.#textPx = style.sizePx;
    this.#frameMarks = frames.map((frame) => {
      const box = new BoxMark(`frame ${frame.emphasis}`);
      const label = svgElement('text', { class: 'frame-label' });
      box.group.append(label);
      return { frame, box, label, textWidths: frame.labels.map((text) => textWidthPx(text, style)) };
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

  /** What labels of frames must leave free: where the names of regions now stand, CSS px. */
  setNames(names: readonly Rect[]): void {
    this.#names = names;
    this.#redraw();
  }

  /** Moves everything to where it, and the `names` of regions, now lie. `null`: no slide, nothing shows. */
  update(transform: ViewTransform | null, names: readonly Rect[]): void {
    this.#transform = transform;
    this.#names = names;
    show(this.#svg, transform !== null);
    this.#redraw();
  }

  #redraw(): void {
    const transform = this.#transform;
    if (transform === null) return;
    this.#svg.classList.toggle('oblique', !isRightAngled(transform));
    this.#placeFrames(transform);
    this.#shapes.place(transform);
    show(this.#region.group, this.#regionRect !== null);
    if (this.#regionRect !== null) this.#region.place(this.#regionRect, transform);
    show(this.#marker, this.#markerAt !== null);
    if (this.#markerAt !== null) moveTo(this.#marker, toScreen(transform, this.#markerAt));
    moveTo(this.#crosshair, snapped({ x: transform.width / 2 - 0.5, y: transform.height / 2 - 0.5 }));
  }

  #placeFrames(transform: ViewTransform): void {
    const placed = this.#frameMarks.map(({ frame, box, textWidths }) => ({
      corners: box.place(frame.rect, transform),
      textWidths,
    }));
    const places = placeLabels(placed, this.#names, transform, this.#textPx);
    for (const [index, { frame, label }] of this.#frameMarks.entries()) {
      const place = places[index] ?? null;
      show(label, place !== null);
      if (place === null) continue;
      const text = frame.labels[place.text] ?? '';
      if (label.textContent !== text) label.textContent = text;
      label.setAttribute('x', String(place.x));
      label.setAttribute('y', String(place.baseline));
    }
  }
}

interface FrameMark {
  readonly frame: FieldFrame;
  readonly box: BoxMark;
  readonly label: SVGTextElement;
  /** CSS px of each of its labels. */
  readonly textWidths: readonly number[];
}

/** A rectangle of the slide, of two lines; on whole device pixels at right angles. */
class BoxMark {
  readonly group: SVGGElement;

  constructor(className: string) {
    this.group = twoLined(className, () => svgElement('polygon'));
  }

  /** Returns its corners, CSS px. */
  place(rect: Rect, transform: ViewTransform): readonly Point[] {
    const aligned = isRightAngled(transform);
    const corners = cornersOf(rect)
      .map((corner) => toScreen(transform, corner))
      .map((corner) => (aligned ? snapped(corner) : corner));
    for (const line of this.group.querySelectorAll('polygon')) line.setAttribute('points', pointsText(corners));
    return corners;
  }
}
