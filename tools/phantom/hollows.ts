// Round hollows: lumina of small glands in cell-rich cords, and a few vessels with red cells anywhere in the tissue.
// They occur alike in every class of a family, so they are scenery and not a clue.

import { type Band, forCellsNear, forPixelsNear } from './band.ts';
import { type Fields, fieldAt } from './fields.ts';
import { smoothstep } from './noise.ts';
import { hash, rehash, signed, unit } from './random.ts';

/** An oval hollow: centre, radius across its short axis, elongation along (axisX, axisY); px. */
export interface Hollow {
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
  readonly wallPx: number;
  readonly stretch: number;
  readonly axisX: number;
  readonly axisY: number;
  readonly lobes: number;
}

const LUMEN_PITCH_PX = 104;
const LUMEN_REACH_PX = 70;
const VESSEL_PITCH_PX = 900;
const VESSEL_REACH_PX = 220;
const RED_CELL_PITCH_PX = 13;
const RED_CELL_RADIUS_PX = 6.4;

/** The gland lumen of a lattice cell, if it has one. */
function lumenOf(fields: Fields, seed: number, column: number, row: number): Hollow | undefined {
  let h = hash(seed + 601, column, row);
  const x = (column + 0.5 + 0.36 * signed(h)) * LUMEN_PITCH_PX;
  h = rehash(h);
  const y = (row + 0.5 + 0.36 * signed(h)) * LUMEN_PITCH_PX;
  h = rehash(h);
  if (unit(h) > 0.5 || fieldAt(fields, fields.bundle, x, y) > 0.5) return undefined;
  if (fieldAt(fields, fields.cellularity, x, y) < 0.97 || fieldAt(fields, fields.septum, x, y) > 0) return undefined;
  if (vesselsNear(fields, seed, x, y).some((vessel) => rimDistancePx(vessel, x, y) < vessel.wallPx + 40))
    return undefined;
  h = rehash(h);
  return hollow(x, y, 9 + 15 * unit(h) * unit(h), 3.5, 1 + 0.5 * unit(rehash(h)), rehash(rehash(h)));
}

/** The vessel of a lattice cell, if it has one. */
function vesselOf(fields: Fields, seed: number, column: number, row: number): Hollow | undefined {
  let h = hash(seed + 602, column, row);
  const x = (column + 0.5 + 0.4 * signed(h)) * VESSEL_PITCH_PX;
  h = rehash(h);
  const y = (row + 0.5 + 0.4 * signed(h)) * VESSEL_PITCH_PX;
  h = rehash(h);
  if (unit(h) > 0.62 || fieldAt(fields, fields.depthPx, x, y) < 200) return undefined;
  h = rehash(h);
  const radius = 28 + 52 * unit(h) * unit(h);
  return hollow(x, y, radius, 7 + radius * 0.22, 1 + 0.9 * unit(rehash(h)), rehash(rehash(h)));
}

function hollow(x: number, y: number, radiusPx: number, wallPx: number, stretch: number, h: number): Hollow {
  const t = signed(h);
  const axisX = (1 - t * t) / (1 + t * t);
  return { x, y, radiusPx, wallPx, stretch, axisX, axisY: (2 * t) / (1 + t * t), lobes: 0.16 * signed(rehash(h)) };
}

/** Distance from a hollow's rim, px, negative inside; exact on the short axis, near enough elsewhere. */
export function rimDistancePx(of: Hollow, x: number, y: number): number {
  const u = ((x - of.x) * of.axisX + (y - of.y) * of.axisY) / of.stretch;
  const v = (y - of.y) * of.axisX - (x - of.x) * of.axisY;
  const r = Math.sqrt(u * u + v * v) + 1e-6;
  // cos 3a = (u^3 - 3 u v^2) / r^3: three lobes without a cosine.
  const lobes = 1 + (of.lobes * u * (u * u - 3 * v * v)) / (r * r * r);
  return r - of.radiusPx * lobes;
}

/** The lumina whose lattice cells lie around a point. */
export function luminaNear(fields: Fields, seed: number, x: number, y: number): Hollow[] {
  return around(x, y, LUMEN_PITCH_PX, (column, row) => lumenOf(fields, seed, column, row));
}

/** The vessels whose lattice cells lie around a point. */
export function vesselsNear(fields: Fields, seed: number, x: number, y: number): Hollow[] {
  return around(x, y, VESSEL_PITCH_PX, (column, row) => vesselOf(fields, seed, column, row));
}

function around(
  x: number,
  y: number,
  pitchPx: number,
  find: (column: number, row: number) => Hollow | undefined,
): Hollow[] {
  const found: Hollow[] = [];
  const column = Math.floor(x / pitchPx);
  const row = Math.floor(y / pitchPx);
  for (let j = row - 1; j <= row + 1; j++) {
    for (let i = column - 1; i <= column + 1; i++) {
      const one = find(i, j);
      if (one !== undefined) found.push(one);
    }
  }
  return found;
}

/** Hollows that reach into a band, vessels apart from lumina. */
export function hollowsOf(band: Band, fields: Fields, seed: number): { lumina: Hollow[]; vessels: Hollow[] } {
  const lumina: Hollow[] = [];
  const vessels: Hollow[] = [];
  forCellsNear(band, LUMEN_PITCH_PX, LUMEN_REACH_PX + LUMEN_PITCH_PX, (column, row) => {
    const one = lumenOf(fields, seed, column, row);
    if (one !== undefined) lumina.push(one);
  });
  forCellsNear(band, VESSEL_PITCH_PX, VESSEL_REACH_PX + VESSEL_PITCH_PX, (column, row) => {
    const one = vesselOf(fields, seed, column, row);
    if (one !== undefined) vessels.push(one);
  });
  return { lumina, vessels };
}

/** Paints lumina with their brush border, vessels with wall and red cells. */
export function paintHollows(band: Band, seed: number, lumina: readonly Hollow[], vessels: readonly Hollow[]): void {
  for (const one of lumina) {
    forPixelsNear(band, one.x, one.y, LUMEN_REACH_PX, (index, px, py) => {
      const rim = rimDistancePx(one, px + 0.5, py + 0.5);
      raise(band.hollow, index, smoothstep(1.2, -1.2, rim));
      raise(band.eosin, index, 0.3 * smoothstep(one.wallPx, 0, Math.abs(rim - 1)));
    });
  }
  for (const one of vessels) {
    forPixelsNear(band, one.x, one.y, VESSEL_REACH_PX, (index, px, py) => {
      const rim = rimDistancePx(one, px + 0.5, py + 0.5);
      raise(band.hollow, index, smoothstep(1.5, -1.5, rim));
      if (rim > 0) raise(band.eosin, index, 0.34 * smoothstep(one.wallPx, one.wallPx * 0.6, rim));
    });
    paintRedCells(band, seed, one);
  }
}

function paintRedCells(band: Band, seed: number, vessel: Hollow): void {
  const reach = vessel.radiusPx * vessel.stretch * 1.2;
  const first = Math.floor((vessel.y - reach) / RED_CELL_PITCH_PX);
  const last = Math.floor((vessel.y + reach) / RED_CELL_PITCH_PX);
  for (let row = first; row <= last; row++) {
    for (let i = Math.floor((vessel.x - reach) / RED_CELL_PITCH_PX); i <= (vessel.x + reach) / RED_CELL_PITCH_PX; i++) {
      let h = hash(seed + 603, i, row);
      const x = (i + 0.5 + 0.4 * signed(h)) * RED_CELL_PITCH_PX;
      h = rehash(h);
      const y = (row + 0.5 + 0.4 * signed(h)) * RED_CELL_PITCH_PX;
      h = rehash(h);
      if (unit(h) > 0.66 || rimDistancePx(vessel, x, y) > -RED_CELL_RADIUS_PX) continue;
      forPixelsNear(band, x, y, RED_CELL_RADIUS_PX + 1, (index, px, py) => {
        const dx = px + 0.5 - x;
        const dy = py + 0.5 - y;
        const r = Math.sqrt(dx * dx + dy * dy) / RED_CELL_RADIUS_PX;
        const disc = smoothstep(1.1, 0.9, r) * (0.72 + 0.4 * r * r);
        raise(band.eosin, index, 0.95 * disc);
      });
    }
  }
}

function raise(layer: Float32Array, index: number, value: number): void {
  if (value > (layer[index] as number)) layer[index] = value;
}
