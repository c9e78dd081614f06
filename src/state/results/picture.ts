// The PNG export: what is on screen, with the scale bar on it and the legend in a strip below.

import type { Legend } from '../../layers/legend.ts';
import { scaleBarFor } from '../../viewer/scale-bar.ts';

const ink = '#1b1b1b';
const paper = '#ffffff';

/** How the interface writes what a legend says. */
export interface LegendWords {
  readonly title: string;
  readonly className: (name: string) => string;
  readonly share: (share: number) => string;
  readonly areaMm2: (mm2: number) => string;
  /** Beside a class taken off the map. */
  readonly hidden: string;
  /** Below a ramp that has a limit. */
  readonly unlikeBelow: (limit: string) => string;
  readonly unread: (cells: number) => string;
}

export interface PictureLegend {
  readonly data: Legend;
  readonly words: LegendWords;
}

/**
 * `view`: slide and layer in device px; drawn on in place. `micronsPerPx`: um per device px.
 * `unit`: px that one px of a screen becomes: text and lines grow with it.
 * Returns a canvas as wide as the view and taller by the legend.
 */
export function drawPicture(
  view: HTMLCanvasElement,
  legend: PictureLegend | null,
  micronsPerPx: number,
  unit = unitOf(view.width),
): HTMLCanvasElement {
  const lineHeight = 26 * unit;
  const margin = 14 * unit;
  const rows = legend === null ? 0 : rowsOf(legend.data);
  const picture = document.createElement('canvas');
  picture.width = view.width;
  picture.height = view.height + (rows === 0 ? 0 : rows * lineHeight + 2 * margin);
  const context = picture.getContext('2d');
  if (context === null) throw new Error('The browser gives no 2D canvas.');
  context.fillStyle = paper;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(view, 0, 0);
  context.font = `${15 * unit}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  drawScaleBar(context, view, micronsPerPx, unit);
  if (legend !== null) drawLegend(context, legend, { left: margin, top: view.height + margin, lineHeight, unit });
  return picture;
}

/** For a picture of `widthPx`: what is read on screen stays readable when a large picture is made smaller. */
export function unitOf(widthPx: number): number {
  return Math.max(1, Math.round(widthPx / 1200));
}

function drawScaleBar(
  context: CanvasRenderingContext2D,
  view: HTMLCanvasElement,
  micronsPerPx: number,
  unit: number,
): void {
  const bar = scaleBarFor(micronsPerPx, Math.min(200 * unit, view.width / 3));
  const left = 16 * unit;
  const bottom = view.height - 16 * unit;
  const labelWidth = context.measureText(bar.label).width;
  context.fillStyle = 'rgba(255, 255, 255, 0.85)';
  const boxWidth = Math.max(bar.widthPx, labelWidth) + 16 * unit;
  context.fillRect(left - 8 * unit, bottom - 34 * unit, boxWidth, 42 * unit);
  context.fillStyle = ink;
  context.fillRect(left, bottom - 4 * unit, bar.widthPx, 4 * unit);
  context.fillText(bar.label, left, bottom - 18 * unit);
}

interface LegendPlace {
  readonly left: number;
  readonly top: number;
  readonly lineHeight: number;
  readonly unit: number;
}

/** The title, the classes or the ramp with its numbers, and what could not be read. */
function rowsOf(legend: Legend): number {
  const colours = legend.kind === 'classes' ? legend.swatches.length : legend.limit === null ? 2 : 3;
  return 1 + colours + (legend.unread === null ? 0 : 1);
}

function drawLegend(
  context: CanvasRenderingContext2D,
  { data, words }: PictureLegend,
  { left, top, lineHeight, unit }: LegendPlace,
): void {
  let row = 0;
  const nextMiddle = () => top + (row++ + 0.5) * lineHeight;
  const write = (text: string, middle: number, indent = 26 * unit) => {
    context.fillStyle = ink;
    context.fillText(text, left + indent, middle);
  };
  const swatch = (middle: number) => [left, middle - 8 * unit, 16 * unit, 16 * unit] as const;
  write(words.title, nextMiddle(), 0);
  if (data.kind === 'classes') {
    for (const { className, colour, hidden, share, areaMm2 } of data.swatches) {
      const middle = nextMiddle();
      context.fillStyle = colour;
      context.globalAlpha = hidden ? 0.25 : 1;
      context.fillRect(...swatch(middle));
      context.globalAlpha = 1;
      const name = `${words.className(className)}${hidden ? ` (${words.hidden})` : ''}`;
      const area = areaMm2 === null ? [] : [words.areaMm2(areaMm2)];
      write([name, words.share(share), ...area].join(' · '), middle);
    }
  } else {
    const width = 300 * unit;
    const step = width / data.colours.length;
    const rampTop = nextMiddle() - lineHeight / 2;
    data.colours.forEach((colour, index) => {
      context.fillStyle = colour;
      context.fillRect(left + Math.floor(index * step), rampTop, Math.ceil(step), lineHeight * 0.7);
    });
    const middle = nextMiddle();
    for (const { position, label } of data.ticks) {
      write(label, middle, position * (width - context.measureText(label).width));
    }
    if (data.limit !== null) {
      if (data.limit.position !== null) {
        const x = left + data.limit.position * width;
        context.fillStyle = paper;
        context.fillRect(x - 2 * unit, rampTop - 3 * unit, 4 * unit, lineHeight * 0.7 + 6 * unit);
        context.fillStyle = ink;
        context.fillRect(x - unit, rampTop - 3 * unit, 2 * unit, lineHeight * 0.7 + 6 * unit);
      }
      write(words.unlikeBelow(data.limit.label), nextMiddle(), 0);
    }
  }
  if (data.unread !== null) {
    const middle = nextMiddle();
    const [x, y, side] = swatch(middle);
    context.fillStyle = data.unread.ground;
    context.fillRect(x, y, side, side);
    context.fillStyle = data.unread.line;
    for (let stripe = 0; stripe < 4; stripe += 2) context.fillRect(x + (stripe * side) / 4, y, side / 4, side);
    write(words.unread(data.unread.cells), middle);
  }
}
