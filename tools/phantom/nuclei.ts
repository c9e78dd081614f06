// Nuclei: a jittered lattice of candidates, kept as densely as the tissue is cellular; round in cords, spindle-shaped
// in bundles and in stroma. Shape, size and stain have the same distribution in every class of a family: what sets
// classes apart is not here but in the grain (chromatin.ts) and in the arrangement (arrangement.ts).

import { type Band, forCellsNear, forPixelsNear } from './band.ts';
import { type Fields, fieldAt } from './fields.ts';
import { type Hollow, luminaNear, rimDistancePx, vesselsNear } from './hollows.ts';
import { hash, rehash, signed, unit } from './random.ts';

const PITCH_PX = 16.5;
const REACH_PX = 24;
/** How far a nucleus's centre keeps from the rim of a hollow, px. */
const RIM_GAP_PX = 9;

interface Nucleus {
  readonly x: number;
  readonly y: number;
  readonly halfLengthPx: number;
  readonly halfWidthPx: number;
  readonly axisX: number;
  readonly axisY: number;
  readonly stain: number;
  readonly lobes: number;
  readonly nucleolusX: number;
  readonly nucleolusY: number;
}

/** Draws every nucleus that reaches into the band. */
export function paintNuclei(band: Band, fields: Fields, seed: number): void {
  forCellsNear(band, PITCH_PX, REACH_PX + 3 * PITCH_PX, (column, row) => {
    const nucleus = nucleusOf(fields, seed, column, row);
    if (nucleus !== undefined) paintNucleus(band, nucleus);
  });
}

function nucleusOf(fields: Fields, seed: number, column: number, row: number): Nucleus | undefined {
  let h = hash(seed + 701, column, row);
  const next = (): number => {
    h = rehash(h);
    return h;
  };
  let x = (column + 0.5 + 0.42 * signed(h)) * PITCH_PX;
  let y = (row + 0.5 + 0.42 * signed(next())) * PITCH_PX;
  if (fieldAt(fields, fields.depthPx, x, y) < 6) return undefined;
  const bundle = fieldAt(fields, fields.bundle, x, y) > 0.5;
  const cells = fieldAt(fields, fields.cellularity, x, y);
  const septum = fieldAt(fields, fields.septum, x, y);
  const share = (bundle ? 0.15 + 0.53 * cells : 0.11 + 0.77 * cells) * (1 - septum) + 0.16 * septum;
  if (unit(next()) > share) return undefined;
  for (const vessel of vesselsNear(fields, seed, x, y)) {
    const rim = rimDistancePx(vessel, x, y);
    if (rim < 3) return undefined;
    if (rim < vessel.wallPx && unit(next()) > 0.5) return undefined;
  }
  if (!bundle && cells > 0.4) {
    for (const lumen of luminaNear(fields, seed, x, y)) [x, y] = pushedOut(lumen, x, y);
  }
  const spindle = bundle || cells < 0.45 || septum > 0.5;
  const flowX = fieldAt(fields, fields.flowX, x, y);
  const flowY = fieldAt(fields, fields.flowY, x, y);
  const turn = spindle ? 0.45 * signed(next()) : 4 * signed(next());
  const length = Math.sqrt(1 + turn * turn);
  const axisX = (flowX - turn * flowY) / length;
  const axisY = (flowY + turn * flowX) / length;
  const plump = bundle ? 1 : 0.82;
  const halfWidthPx = spindle ? plump * (3.4 + 1.3 * unit(next())) : 6.1 + 1.5 * unit(next());
  const halfLengthPx = spindle ? plump * (10 + 6 * unit(next())) : halfWidthPx * (1.05 + 0.35 * unit(next()));
  return {
    x,
    y,
    halfLengthPx,
    halfWidthPx,
    axisX,
    axisY,
    stain: (spindle ? 1.02 : 0.98) + 0.24 * signed(next()),
    lobes: (spindle ? 0.04 : 0.09) * signed(next()),
    nucleolusX: 0.45 * signed(next()),
    nucleolusY: 0.45 * signed(next()),
  };
}

/** Cells line a lumen instead of lying in it: their nuclei are moved out to just beyond the rim. */
function pushedOut(lumen: Hollow, x: number, y: number): [number, number] {
  const rim = rimDistancePx(lumen, x, y);
  if (rim > RIM_GAP_PX) return [x, y];
  const dx = x - lumen.x;
  const dy = y - lumen.y;
  const r = Math.sqrt(dx * dx + dy * dy) + 1e-3;
  const move = (RIM_GAP_PX - rim) * (rim < 0 ? lumen.stretch : 1);
  return [x + (dx / r) * move, y + (dy / r) * move];
}

function paintNucleus(band: Band, of: Nucleus): void {
  const softPx = 1.5;
  forPixelsNear(band, of.x, of.y, of.halfLengthPx * 1.1 + 2, (index, px, py) => {
    const dx = px + 0.5 - of.x;
    const dy = py + 0.5 - of.y;
    const u = (dx * of.axisX + dy * of.axisY) / of.halfLengthPx;
    const v = (dy * of.axisX - dx * of.axisY) / of.halfWidthPx;
    const squared = u * u + v * v;
    if (squared > 2.2) return;
    const r = Math.sqrt(squared) + 1e-6;
    const rim = 1 + (of.lobes * u * (squared - 4 * v * v)) / (squared * r + 1e-6);
    const cover = Math.min(1, Math.max(0, ((rim - r) * of.halfWidthPx) / softPx + 0.5));
    if (cover <= 0) return;
    const nu = (u - of.nucleolusX) * of.halfLengthPx;
    const nv = (v - of.nucleolusY) * of.halfWidthPx;
    const nucleolus = Math.max(0, 1 - (nu * nu + nv * nv) / 5);
    const stain = of.stain * (0.78 + 0.3 * squared * squared) + 0.35 * nucleolus;
    if (cover > (band.nucleus[index] as number)) band.nucleus[index] = cover;
    if (cover * stain > (band.chromatin[index] as number)) band.chromatin[index] = cover * stain;
  });
}
