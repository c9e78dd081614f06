// The PNG export: what is on screen, with the scale bar on it and the legend in a strip below.

import type { Legend } from '../../layers/legend.ts';
import { scaleBarFor } from '../../viewer/scale-bar.ts';

const ink = '#1b1b1b';
const paper = '#ffffff';

/**
 * `view`: slide and layer in device px; drawn on in place. `micronsPerPx`: um per device px.
 * `unit`: px that one px of a screen becomes: text and lines grow with it.
 * Returns a canvas as wide as the view and taller by the legend.
 */
export function drawPicture(
  view: HTMLCanvasElement,
  legend: Legend | null,
  micronsPerPx: number,
  unit = unitOf(view.width),
): HTMLCanvasElement {
  const lineHeight = 26 * unit;
  const margin = 14 * unit;
  const rows = legend === null ? 0 : legend.kind === 'classes' ? legend.swatches.length : 2;
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

function drawLegend(context: CanvasRenderingContext2D, legend: Legend, place: LegendPlace): void {
  const { left, top, lineHeight, unit } = place;
  if (legend.kind === 'classes') {
    legend.swatches.forEach(({ className, colour, share, areaMm2 }, row) => {
      const middle = top + (row + 0.5) * lineHeight;
      context.fillStyle = colour;
      context.fillRect(left, middle - 8 * unit, 16 * unit, 16 * unit);
      context.fillStyle = ink;
      const area = areaMm2 === null ? '' : ` · ${areaMm2.toFixed(2)} mm²`;
      const text = `${className.replaceAll('_', ' ')} · ${(share * 100).toFixed(1)} %${area}`;
      context.fillText(text, left + 26 * unit, middle);
    });
    return;
  }
  const width = 300 * unit;
  const step = width / legend.colours.length;
  legend.colours.forEach((colour, index) => {
    context.fillStyle = colour;
    context.fillRect(left + Math.floor(index * step), top, Math.ceil(step), lineHeight * 0.7);
  });
  context.fillStyle = ink;
  for (const { position, label } of legend.ticks) {
    const x = left + position * width - position * context.measureText(label).width;
    context.fillText(label, x, top + lineHeight * 1.3);
  }
}
