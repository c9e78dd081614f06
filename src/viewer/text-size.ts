// How much room the labels over the slide take, told without asking the page to lay anything out: the view moves 60 times a
// second.

import type { Rect } from '../pyramid/geometry.ts';

/** Of the size of the text, above and below its baseline. */
const ASCENT = 0.9;
const DESCENT = 0.25;

let context: OffscreenCanvasRenderingContext2D | null = null;

export interface TextStyle {
  /** As CSS writes it. */
  readonly font: string;
  /** CSS px. */
  readonly sizePx: number;
}

/** How text in an element is set. Reads styles: once for many labels, not while the view moves. */
export function textStyleOf(element: Element): TextStyle {
  const { fontFamily, fontSize, fontWeight } = getComputedStyle(element);
  return { font: `${fontWeight} ${fontSize} ${fontFamily}`, sizePx: Number.parseFloat(fontSize) };
}

/** CSS px. */
export function textWidthPx(text: string, { font, sizePx }: TextStyle): number {
  context ??= new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null) return text.length * sizePx;
  context.font = font;
  return context.measureText(text).width;
}

/** CSS px. */
export function ascentPx(textPx: number): number {
  return ASCENT * textPx;
}

/** What a line of text covers that begins at `x` on `baseline`; CSS px. */
export function lineBox(x: number, baseline: number, width: number, textPx: number): Rect {
  return { x, y: baseline - ascentPx(textPx), width, height: (ASCENT + DESCENT) * textPx };
}
