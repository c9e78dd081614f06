// The whole slide small, turned as the view is, with what is on screen framed in it: press or drag to go there. A canvas
// of its own; OpenSeadragon's navigator would load and draw every tile a second time.

import { whenPixelsLost } from '../lib/lost-pixels.ts';
import type { Point, Rect } from '../pyramid/geometry.ts';
import { ownTouches } from './own-touches.ts';
import { context2d } from './screen-canvas.ts';
import {
  boundsOf,
  cornersOf,
  fitTransform,
  type Orientation,
  toScreen,
  toSlide,
  type ViewTransform,
} from './view-transform.ts';

/** CSS px on the longer side; less where the slide itself has little room. */
const LONGEST_PX = 168;
const LONGEST_NARROW_PX = 88;
const narrow: MediaQueryList = window.matchMedia('(max-width: 40rem)');
/** A frame smaller than this can't be seen, CSS px. */
const SMALLEST_FRAME_PX = 5;

interface ShownSlide {
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
}

export interface OverviewLook extends Orientation {
  /** The corners of what is on screen, level-0 px, in order. */
  readonly corners: readonly Point[];
}

export class OverviewMap {
  readonly #canvas = document.createElement('canvas');
  readonly #onGo: (at: Point) => void;
  readonly #ended = new AbortController();
  #slide: ShownSlide | null = null;
  #picture: CanvasImageSource | null = null;
  #look: OverviewLook | null = null;
  #transform: ViewTransform | null = null;

  /** `onGo` hears where the user wants to look, level-0 px. */
  constructor(host: HTMLElement, onGo: (at: Point) => void) {
    this.#onGo = onGo;
    this.#canvas.className = 'overview-map';
    this.#canvas.hidden = true;
    host.append(this.#canvas);
    whenPixelsLost(this.#canvas, () => this.#draw());
    const { signal } = this.#ended;
    narrow.addEventListener('change', () => this.#draw(), { signal });
    ownTouches(this.#canvas, signal);
    for (const type of ['pointerdown', 'pointermove'] as const) {
      this.#canvas.addEventListener(type, (event) => this.#onPointer(event), { signal });
    }
  }

  /** `picture` shows the whole slide; null where there is none yet: then a plain rectangle stands for it. */
  setSlide(slide: ShownSlide | null, picture: CanvasImageSource | null): void {
    this.#slide = slide;
    this.#picture = picture;
    this.#draw();
  }

  look(look: OverviewLook): void {
    this.#look = look;
    this.#draw();
  }

  destroy(): void {
    this.#ended.abort();
    this.#canvas.remove();
  }

  #draw(): void {
    const slide = this.#slide;
    const look = this.#look;
    this.#canvas.hidden = slide === null || look === null;
    if (slide === null || look === null) return;
    const transform = smallTransform(slide, look);
    this.#transform = transform;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(transform.width * ratio), Math.round(transform.height * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#canvas.style.width = `${transform.width}px`;
      this.#canvas.style.height = `${transform.height}px`;
    }
    const context = context2d(this.#canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, transform.width, transform.height);
    this.#drawSlide(context, transform, slide);
    const corners = look.corners.map((corner) => toScreen(transform, corner));
    // All of it on screen needs no frame, of which only two edges would show.
    if (!holdsMap(boundsOf(corners), transform)) drawFrame(context, corners);
  }

  #drawSlide(context: CanvasRenderingContext2D, transform: ViewTransform, slide: ShownSlide): void {
    const [origin, right, , down] = cornersOf({ x: 0, y: 0, ...slide }).map((corner) => toScreen(transform, corner));
    if (origin === undefined || right === undefined || down === undefined) return;
    context.save();
    // The unit square is the slide.
    context.transform(right.x - origin.x, right.y - origin.y, down.x - origin.x, down.y - origin.y, origin.x, origin.y);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 1, 1);
    context.imageSmoothingQuality = 'high';
    if (this.#picture !== null) context.drawImage(this.#picture, 0, 0, 1, 1);
    context.restore();
  }

  #onPointer(event: PointerEvent): void {
    if (this.#transform === null || (event.buttons & 1) === 0) return;
    if (event.type === 'pointerdown') this.#canvas.setPointerCapture(event.pointerId);
    const { left, top } = this.#canvas.getBoundingClientRect();
    this.#onGo(toSlide(this.#transform, { x: event.clientX - left, y: event.clientY - top }));
  }
}

/** The slide as large as the map allows, turned like the view; the map is as large as that needs. */
function smallTransform(slide: ShownSlide, look: OverviewLook): ViewTransform {
  const longest = narrow.matches ? LONGEST_NARROW_PX : LONGEST_PX;
  const fitted = fitTransform(slide, { width: longest, height: longest }, look);
  const { width, height } = boundsOf(cornersOf({ x: 0, y: 0, ...slide }).map((corner) => toScreen(fitted, corner)));
  return { ...fitted, width: Math.ceil(width), height: Math.ceil(height) };
}

/** True when a view this wide or this high shows the whole slide. */
function holdsMap({ x, y, width, height }: Rect, map: ViewTransform): boolean {
  return x <= 1 && y <= 1 && x + width >= map.width - 1 && y + height >= map.height - 1;
}

function drawFrame(context: CanvasRenderingContext2D, corners: readonly Point[]): void {
  const { x, y, width, height } = boundsOf(corners);
  context.beginPath();
  if (Math.max(width, height) < SMALLEST_FRAME_PX) {
    context.arc(x + width / 2, y + height / 2, SMALLEST_FRAME_PX, 0, 2 * Math.PI);
  } else {
    for (const corner of corners) context.lineTo(corner.x, corner.y);
    context.closePath();
  }
  for (const [lineWidth, strokeStyle] of [
    [3, 'rgb(0 0 0 / 70%)'],
    [1.5, '#ffe14d'],
  ] as const) {
    context.lineWidth = lineWidth;
    context.strokeStyle = strokeStyle;
    context.stroke();
  }
}
