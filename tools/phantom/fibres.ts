// Collagen and cytoplasmic fibres: short streamlines of the flow field, drawn with a soft brush.

import { type Band, forCellsNear } from './band.ts';
import { type Fields, fieldAt } from './fields.ts';
import { hash, rehash, signed, unit } from './random.ts';

const PITCH_PX = 13;
const STEP_PX = 2;
const MOST_STEPS = 44;
const REACH_PX = STEP_PX * MOST_STEPS + 3;

/** Draws every fibre that reaches into the band. */
export function paintFibres(band: Band, fields: Fields, seed: number): void {
  forCellsNear(band, PITCH_PX, REACH_PX, (column, row) => {
    let h = hash(seed + 501, column, row);
    const startX = (column + unit(h)) * PITCH_PX;
    h = rehash(h);
    const startY = (row + unit(h)) * PITCH_PX;
    if (fieldAt(fields, fields.depthPx, startX, startY) < 0) return;
    h = rehash(h);
    if (unit(h) > fibrousness(fields, startX, startY)) return;
    h = rehash(h);
    const steps = 16 + Math.floor(unit(h) * (MOST_STEPS - 16));
    h = rehash(h);
    const strength = 0.16 + 0.34 * unit(h) * unit(h);
    h = rehash(h);
    // Fibres of one bundle do not run quite in parallel.
    const turn = 0.3 * signed(h);
    let x = startX;
    let y = startY;
    for (let step = 0; step < steps; step++) {
      const flowX = fieldAt(fields, fields.flowX, x, y);
      const flowY = fieldAt(fields, fields.flowY, x, y);
      const fade = Math.min(1, Math.min(step + 1, steps - step) / 6);
      dab(band, x, y, strength * fade);
      x += STEP_PX * (flowX - turn * flowY);
      y += STEP_PX * (flowY + turn * flowX);
    }
  });
}

function fibrousness(fields: Fields, x: number, y: number): number {
  const bundle = fieldAt(fields, fields.bundle, x, y);
  const cells = fieldAt(fields, fields.cellularity, x, y);
  const septum = fieldAt(fields, fields.septum, x, y);
  const inFamily = bundle > 0.5 ? 0.5 + 0.25 * cells : 0.75 - 0.68 * cells;
  return Math.max(inFamily, septum);
}

/** A round soft dab of about 1.5 px radius. */
function dab(band: Band, x: number, y: number, strength: number): void {
  const x0 = Math.floor(x - 1);
  const y0 = Math.floor(y - 1);
  for (let py = y0; py < y0 + 4; py++) {
    const bandRow = py - band.firstRow;
    if (bandRow < 0 || bandRow >= band.rows) continue;
    for (let px = x0; px < x0 + 4; px++) {
      if (px < 0 || px >= band.widthPx) continue;
      const dx = px + 0.5 - x;
      const dy = py + 0.5 - y;
      const weight = 1 - (dx * dx + dy * dy) / 2.6;
      if (weight <= 0) continue;
      const index = bandRow * band.widthPx + px;
      band.fibre[index] = (band.fibre[index] as number) + strength * weight;
    }
  }
}
