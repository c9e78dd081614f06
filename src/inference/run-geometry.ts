// What a run's geometry depends on, and how far its cells can share what is encoded. Pure.

import type { Padding } from '../crops/pixels.contract.ts';
import type { CellGrid } from '../pyramid/cell-grid.ts';

/** All that a run's geometry depends on. */
export interface RunGeometry {
  readonly grid: CellGrid;
  readonly mppX: number;
  readonly mppY: number;
  /** um/px, finest first. */
  readonly spacings: readonly number[];
  readonly patchSizePx: number;
  readonly contextPx: number;
  readonly featureStridePx: number;
  readonly padding: Padding;
}

/** How far neighbouring cells are apart in the feature map of each magnification; null when that is no whole number. */
export type SharedSteps = readonly number[] | null;

/**
 * Feature cells between neighbours at each magnification, for cells of `cellPx` finest px; null when a window would not
 * begin on a feature cell.
 */
export function sharedSteps(geometry: RunGeometry, cellPx: number): SharedSteps {
  const [finest = 1] = geometry.spacings;
  const steps = geometry.spacings.map((spacing) => (cellPx * finest) / spacing / geometry.featureStridePx);
  const whole = steps.map(Math.round);
  const fits = steps.every((step, m) => (whole[m] ?? 0) >= 1 && Math.abs(step - (whole[m] ?? 0)) < 1e-6);
  return fits ? whole : null;
}

/**
 * Cells a side that a region of the finest magnification may hold: at most `most`, less when its raster would exceed
 * `maxRasterPx`, or when pixels are not square and the windows would drift off their cells by half a pixel. Below 2, sharing
 * is not worth it.
 */
export function sharedBlockCells(
  geometry: RunGeometry,
  steps: readonly number[],
  most: number,
  maxRasterPx: number,
): number {
  const { mppX, mppY, contextPx, featureStridePx } = geometry;
  const stepPx = (steps[0] ?? 1) * featureStridePx;
  const byMemory = Math.floor((maxRasterPx - 2 * contextPx) / stepPx);
  const driftPx = stepPx * Math.abs(mppX / ((mppX + mppY) / 2) - 1);
  const byDrift = driftPx > 0 ? Math.floor(0.5 / driftPx) + 1 : most;
  return Math.max(1, Math.min(most, byMemory, byDrift));
}
