// Makes a phantom slide: chooses the layout, has the workers survey, paint, halve and write, then adds truth and
// description. Everything goes to a folder beside the wanted one that takes its name at the end, so a slide is
// there whole or not at all.

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { tileRows, writeDescription } from './deep-zoom-writer.ts';
import { allocateFields } from './fields.ts';
import type { Job, Workbench } from './jobs.ts';
import { openPool } from './pool.ts';
import { allocateLevels } from './pyramid.ts';
import { chooseLayout } from './regions.ts';
import {
  BACKGROUND_CODE,
  DEFAULT_SEED,
  MASK_DOWNSAMPLE,
  MICRONS_PER_PIXEL,
  SLIDE_PX,
  TISSUE_CLASSES,
} from './specification.ts';

export interface PhantomOptions {
  /** Folder to write; what it held before is replaced. */
  readonly outDir: string;
  /** Any integer; the same seed gives the same bytes everywhere. */
  readonly seed?: number;
  /** Edge of the slide, level-0 px: a multiple of 64. */
  readonly slidePx?: number;
  /** Worker threads; by default one per core, four at most. Changes the time taken and nothing else. */
  readonly workers?: number;
  /** Rows painted in one piece, an even number. Changes memory and time and nothing else. */
  readonly bandPx?: number;
  /** Called as work gets done with a share in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

const NAME = 'phantom';
const SURVEY_ROWS = 32;
const HALVE_ROWS = 256;

/** Writes the phantom slide of a seed: Deep Zoom pyramid, mask.png and dataset.json. Rejects if it cannot be written. */
export async function makePhantom(options: PhantomOptions): Promise<void> {
  const { seed = DEFAULT_SEED, slidePx = SLIDE_PX, bandPx = 256, onProgress } = options;
  if (!Number.isInteger(seed)) throw new RangeError(`The seed must be an integer, not ${seed}.`);
  if (slidePx % 64 !== 0 || slidePx <= 0)
    throw new RangeError(`The slide's edge must be a multiple of 64 px, not ${slidePx}.`);
  if (bandPx % 2 !== 0 || bandPx <= 0) throw new RangeError(`Bands must have an even number of rows, not ${bandPx}.`);
  const outDir = resolve(options.outDir);
  const partial = join(dirname(outDir), `.${basename(outDir)}.${process.pid}.partial`);
  const fields = allocateFields(slidePx);
  const levels = allocateLevels(slidePx, slidePx);
  const layout = chooseLayout(seed, slidePx);
  const bench: Workbench = { layout, fields, levels, tileFolder: join(partial, `${NAME}_files`) };
  const full = levels.length - 1;
  const phases: Job[][] = [
    pieces('survey', full, fields.edge, SURVEY_ROWS),
    pieces('paint', full, slidePx, bandPx),
    ...levels
      .slice(0, -1)
      .map((level, index) => pieces('halve', index, level.heightPx, HALVE_ROWS))
      .reverse(),
    levels.flatMap((level, index) => pieces('write', index, tileRows(level), 1)).reverse(),
  ];
  const total = phases.flat().length;
  let done = 0;
  const pool = openPool(bench, options.workers ?? Math.min(4, availableParallelism()));
  try {
    await mkdir(partial, { recursive: true });
    await removeAbandoned(outDir);
    await writeDescription(partial, NAME, levels, MICRONS_PER_PIXEL);
    for (const jobs of phases) await pool.run(jobs, () => onProgress?.(++done / total));
    await writeTruth(partial, seed, slidePx, fields.code, fields.edge);
    await rm(outDir, { recursive: true, force: true });
    await rename(partial, outDir);
  } finally {
    await pool.close();
    await rm(partial, { recursive: true, force: true });
  }
}

/** Removes what runs for the same folder left beside it when they were killed. */
async function removeAbandoned(outDir: string): Promise<void> {
  const prefix = `.${basename(outDir)}.`;
  for (const entry of await readdir(dirname(outDir))) {
    if (!entry.startsWith(prefix) || !entry.endsWith('.partial')) continue;
    const owner = Number(entry.slice(prefix.length, -'.partial'.length));
    if (Number.isInteger(owner) && !isRunning(owner)) {
      await rm(join(dirname(outDir), entry), { recursive: true, force: true });
    }
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

function pieces(kind: Job['kind'], level: number, rows: number, rowsPerPiece: number): Job[] {
  return Array.from({ length: Math.ceil(rows / rowsPerPiece) }, (_, i) => ({
    kind,
    level,
    firstRow: i * rowsPerPiece,
    lastRow: Math.min(rows, (i + 1) * rowsPerPiece),
  }));
}

async function writeTruth(
  folder: string,
  seed: number,
  slidePx: number,
  codes: Uint8Array,
  edge: number,
): Promise<void> {
  const mask = encodePng({ width: edge, height: edge, data: new Uint8Array(codes), channels: 1, depth: 8 });
  await writeFile(join(folder, 'mask.png'), mask);
  const dataset = {
    name: NAME,
    title: `Phantom slide, seed ${seed}`,
    kind: 'mask',
    mpp: MICRONS_PER_PIXEL,
    mask_downsample: MASK_DOWNSAMPLE,
    classes: [
      { name: 'background', codes: [BACKGROUND_CODE] },
      ...TISSUE_CLASSES.map(({ name, code, needs }) => ({ name, codes: [code], needs })),
    ],
    ignore_codes: [BACKGROUND_CODE],
    images: [{ image: `${NAME}.dzi`, mask: 'mask.png', group: `seed-${seed}`, width: slidePx, height: slidePx }],
  };
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(dataset, null, 2)}\n`);
}
