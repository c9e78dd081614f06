// What is measured on the slide, and what is being drawn for it. measuring.ts changes it.

import type { Point } from '../../pyramid/geometry.ts';

export type MeasureTool = 'distance' | 'area' | 'calibration';

export interface Measurement {
  readonly id: number;
  readonly kind: 'distance' | 'area';
  /** Level-0 px. */
  readonly points: readonly Point[];
}

export interface MeasureState {
  readonly tool: MeasureTool | null;
  /** What is being drawn, level-0 px. */
  readonly corners: readonly Point[];
  readonly done: readonly Measurement[];
  /** Drawn to tell the scale by; the dialog asks how long it is. */
  readonly knownLine: readonly [Point, Point] | null;
}

export const nothingMeasured: MeasureState = { tool: null, corners: [], done: [], knownLine: null };
