// Where the tissue lies and which class each of its regions has.
// Regions are the Voronoi cells of a jittered lattice of sites, their borders bent by noise; the layout is chosen among
// seeded tries so that every class gets its share. Works in level-0 px; knows nothing of colours.

import { valueNoise } from './noise.ts';
import { hash, sequence } from './random.ts';
import { TISSUE_CLASSES } from './specification.ts';

/** A region's centre, its class code and the direction (unit vector) across its bands, if it is lamellar. */
export interface Site {
  readonly x: number;
  readonly y: number;
  readonly code: number;
  readonly acrossX: number;
  readonly acrossY: number;
}

export interface Layout {
  readonly seed: number;
  readonly slidePx: number;
  readonly sites: readonly Site[];
}

/** What lies at a point: its region's site and the distance to the next region, px. */
export interface RegionAt {
  readonly site: Site;
  readonly borderPx: number;
}

const SITES_PER_EDGE = 4;
const TRIES = 600;
const SURVEY_POINTS_PER_EDGE = 64;

/** Signed distance to the tissue's outline, px, positive inside; about a fifth of the slide is glass. */
export function tissueDepthPx(seed: number, slidePx: number, x: number, y: number): number {
  const margin = slidePx / 22;
  const radius = slidePx * 0.19;
  const centre = slidePx / 2;
  const qx = Math.abs(x - centre) - (centre - margin - radius);
  const qy = Math.abs(y - centre) - (centre - margin - radius);
  const ax = Math.max(0, qx);
  const ay = Math.max(0, qy);
  const box = radius - Math.sqrt(ax * ax + ay * ay) - Math.min(0, Math.max(qx, qy));
  const outline =
    box +
    slidePx * (0.016 * octave(seed, 11, x, y, 1500) + 0.006 * octave(seed, 12, x, y, 420)) +
    10 * octave(seed, 13, x, y, 90);
  return Math.min(outline, cleftDistancePx(seed, slidePx, x, y));
}

/** Distance to a tapering cleft that runs in from the right, as tissue tears when it is spread on glass. */
function cleftDistancePx(seed: number, slidePx: number, x: number, y: number): number {
  const along = (slidePx - x) / (slidePx * 0.3);
  if (along > 1.2) return slidePx;
  const centreY = slidePx * 0.66 + 220 * octave(seed, 14, x, 0, 900) + 40 * octave(seed, 15, x, 0, 170);
  const halfWidth = slidePx * 0.02 * (1 - along);
  return Math.abs(y - centreY) - halfWidth;
}

/** Chooses the regions of a slide: each class at least a tenth of it, several classes in the square [1/4, 1/2)^2. */
export function chooseLayout(seed: number, slidePx: number): Layout {
  const random = sequence(hash(seed, 0, 1));
  const survey = surveyPoints(seed, slidePx);
  let best: { score: number; sites: Site[] } = { score: -1, sites: [] };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const sites = randomSites(random, slidePx);
    const score = scoreLayout(sites, survey, slidePx);
    if (score > best.score) best = { score, sites };
  }
  return { seed, slidePx, sites: best.sites };
}

/** The region at a level-0 point. */
export function regionAt(layout: Layout, x: number, y: number): RegionAt {
  const [wx, wy] = bend(layout.seed, x, y);
  let nearest: Site | undefined;
  let first = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (const site of layout.sites) {
    const squared = (site.x - wx) * (site.x - wx) + (site.y - wy) * (site.y - wy);
    if (squared < first) {
      second = first;
      first = squared;
      nearest = site;
    } else if (squared < second) second = squared;
  }
  if (nearest === undefined) throw new Error('A layout without sites.');
  return { site: nearest, borderPx: (Math.sqrt(second) - Math.sqrt(first)) / 2 };
}

function octave(seed: number, channel: number, x: number, y: number, wavelengthPx: number): number {
  return valueNoise(hash(seed, channel, 2), x / wavelengthPx, y / wavelengthPx);
}

function bend(seed: number, x: number, y: number): readonly [number, number] {
  const dx = 150 * octave(seed, 21, x, y, 900) + 30 * octave(seed, 22, x, y, 240);
  const dy = 150 * octave(seed, 23, x, y, 900) + 30 * octave(seed, 24, x, y, 240);
  return [x + dx, y + dy];
}

function randomSites(random: () => number, slidePx: number): Site[] {
  const count = SITES_PER_EDGE * SITES_PER_EDGE;
  const codes = Array.from({ length: count }, (_, i) => 1 + (i % TISSUE_CLASSES.length));
  // The classes that occur once more than the others differ from try to try.
  const shift = Math.floor(random() * TISSUE_CLASSES.length);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const held = codes[i] as number;
    codes[i] = codes[j] as number;
    codes[j] = held;
  }
  const pitch = slidePx / SITES_PER_EDGE;
  return codes.map((code, i) => {
    const t = 2 * random() - 1;
    return {
      x: ((i % SITES_PER_EDGE) + 0.5 + 0.8 * (random() - 0.5)) * pitch,
      y: (Math.floor(i / SITES_PER_EDGE) + 0.5 + 0.8 * (random() - 0.5)) * pitch,
      code: 1 + ((code - 1 + shift) % TISSUE_CLASSES.length),
      // The rational points of the unit circle: a direction without sine or cosine.
      acrossX: (1 - t * t) / (1 + t * t),
      acrossY: (2 * t) / (1 + t * t),
    };
  });
}

interface SurveyPoint {
  readonly x: number;
  readonly y: number;
  readonly inSquare: boolean;
}

function surveyPoints(seed: number, slidePx: number): SurveyPoint[] {
  const points: SurveyPoint[] = [];
  const step = slidePx / SURVEY_POINTS_PER_EDGE;
  for (let j = 0; j < SURVEY_POINTS_PER_EDGE; j++) {
    for (let i = 0; i < SURVEY_POINTS_PER_EDGE; i++) {
      const x = (i + 0.5) * step;
      const y = (j + 0.5) * step;
      if (tissueDepthPx(seed, slidePx, x, y) < 0) continue;
      const [wx, wy] = bend(seed, x, y);
      points.push({
        x: wx,
        y: wy,
        inSquare: Math.floor((4 * x) / slidePx) === 1 && Math.floor((4 * y) / slidePx) === 1,
      });
    }
  }
  return points;
}

/** Least share of a class, with a bonus for each class (up to four) that fills an eighth of the square. */
function scoreLayout(sites: readonly Site[], survey: readonly SurveyPoint[], slidePx: number): number {
  const share = new Float32Array(TISSUE_CLASSES.length + 1);
  const squareShare = new Float32Array(TISSUE_CLASSES.length + 1);
  const points = SURVEY_POINTS_PER_EDGE * SURVEY_POINTS_PER_EDGE;
  for (const point of survey) {
    let code = 0;
    let least = slidePx * slidePx * 4;
    for (const site of sites) {
      const squared = (site.x - point.x) * (site.x - point.x) + (site.y - point.y) * (site.y - point.y);
      if (squared < least) {
        least = squared;
        code = site.code;
      }
    }
    share[code] = (share[code] as number) + 1 / points;
    if (point.inSquare) squareShare[code] = (squareShare[code] as number) + 16 / points;
  }
  const leastShare = Math.min(...share.slice(1));
  const inSquare = Math.min(4, squareShare.filter((s) => s > 0.125).length);
  return leastShare + 0.01 * inSquare;
}
