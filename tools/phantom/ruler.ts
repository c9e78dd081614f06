// Marks printed on the glass, by which a viewer's geometry can be checked: rulers along the upper and the left edge
// (ticks at 0.1, 0.5 and 1 mm, numerals in mm) and a black one-pixel cross near each corner.

import { CORNER_MARK_ARM_PX, cornerMarks, RULER_INSET_PX, RULER_ORIGIN_PX, RULER_TICK_PX } from './specification.ts';

const INK = 24;
const LINE_PX = 2;
const GLYPH_SCALE_PX = 4;
const GLYPH_TOP_PX = RULER_INSET_PX + 56;

/** Numerals as rows of five bits, most significant bit on the left. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 17, 17, 17, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [30, 1, 1, 14, 1, 1, 30],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [14, 16, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 1, 14],
  m: [0, 0, 26, 21, 21, 21, 21],
};

type Fill = (x: number, y: number, width: number, height: number, ink: number) => void;

/** Prints every mark that touches the rows [firstRow, firstRow + rows) into their RGB. */
export function printMarks(rgb: Uint8Array, slidePx: number, firstRow: number, rows: number): void {
  const fill: Fill = (x, y, width, height, ink) => {
    for (let py = Math.max(y, firstRow); py < Math.min(y + height, firstRow + rows); py++) {
      const start = (py - firstRow) * slidePx;
      rgb.fill(ink, (start + x) * 3, (start + x + width) * 3);
    }
  };
  printRuler(slidePx, fill);
  printRuler(slidePx, (x, y, width, height, ink) => fill(y, x, height, width, ink), true);
  for (const { x, y } of cornerMarks(slidePx)) {
    fill(x - CORNER_MARK_ARM_PX, y, 2 * CORNER_MARK_ARM_PX + 1, 1, 0);
    fill(x, y - CORNER_MARK_ARM_PX, 1, 2 * CORNER_MARK_ARM_PX + 1, 0);
  }
}

/** The upper ruler; the left one is the same with x and y exchanged, its numerals upright all the same. */
function printRuler(slidePx: number, fill: Fill, exchanged = false): void {
  const ticks = Math.floor((slidePx - 2 * RULER_ORIGIN_PX - LINE_PX) / RULER_TICK_PX);
  if (ticks < 1) return;
  fill(RULER_ORIGIN_PX, RULER_INSET_PX, ticks * RULER_TICK_PX + LINE_PX, LINE_PX, INK);
  for (let tick = 0; tick <= ticks; tick++) {
    const x = RULER_ORIGIN_PX + tick * RULER_TICK_PX;
    const lengthPx = tick % 10 === 0 ? 44 : tick % 5 === 0 ? 28 : 16;
    fill(x, RULER_INSET_PX, LINE_PX, lengthPx, INK);
    if (tick % 10 === 0) printText(tick === 0 ? '0mm' : String(tick / 10), x, fill, exchanged);
  }
}

function printText(text: string, alongPx: number, fill: Fill, exchanged: boolean): void {
  [...text].forEach((letter, place) => {
    GLYPHS[letter]?.forEach((bits, glyphRow) => {
      for (let column = 0; column < 5; column++) {
        if (((bits >> (4 - column)) & 1) === 0) continue;
        const right = (place * 6 + column) * GLYPH_SCALE_PX;
        const down = glyphRow * GLYPH_SCALE_PX;
        const x = exchanged ? alongPx + down : alongPx + right;
        const y = exchanged ? GLYPH_TOP_PX + right : GLYPH_TOP_PX + down;
        fill(x, y, GLYPH_SCALE_PX, GLYPH_SCALE_PX, INK);
      }
    });
  });
}
