// The result of a run: one row of numbers a cell, on a grid anchored at the slide. Pure data; the cell grid's geometry is
// pyramid/cell-grid.ts, painting is layers/, file formats are the export files beside this one.

import type { Rect } from '../pyramid/geometry.ts';

/** Values of `AnalysisResult.status`. */
export const cellStatus = { noTissue: 0, done: 1, unread: 2, notReached: 3 } as const;

export interface PairResult {
  /** um/px. */
  readonly fine: number;
  readonly coarse: number;
  /** rows x columns; mean similarity of fine cells with the coarse cell they lie in, -1..1; NaN unless done. */
  readonly aligned: Float32Array;
  /** `aligned` minus the mean similarity elsewhere. */
  readonly contrast: Float32Array;
}

export interface AnalysisResult {
  /** Widened to whole cells, level-0 px. */
  readonly region: Rect;
  /** Level-0 px a side, may be fractional. */
  readonly cellSize: number;
  readonly columns: number;
  readonly rows: number;
  readonly classNames: readonly string[];
  /** rows x columns: 0 no tissue, 1 done, 2 unread (its tiles could not be had), 3 not reached. */
  readonly status: Uint8Array;
  /** rows x columns x classes, NaN unless done. */
  readonly probabilities: Float32Array;
  /** rows x columns, natural entropy / log(classes). */
  readonly entropy: Float32Array;
  /** rows x columns, 0..1; null when the model has none. */
  readonly familiarity: Float32Array | null;
  readonly similarity: readonly PairResult[];
  readonly areaMm2: Readonly<Record<string, number>>;
  readonly state: 'complete' | 'cancelled';
  readonly provenance: Provenance;
}

/** How a result came to be; every export carries it. */
export interface Provenance {
  readonly app: string;
  readonly model: { readonly id: string; readonly version: string; readonly sha256: string; readonly weights: string };
  /** `cuda` and `cpu` also of `python -m dsml infer`. */
  readonly backend: 'webgpu' | 'webgl' | 'wasm' | 'cpu' | 'cuda';
  readonly mode: 'exact' | 'shared';
  readonly step: 'half' | 'full';
  /** Temperature the logits were divided by. */
  readonly calibration: number;
  readonly region: Rect;
  /** What was analysed one after the other, where that was more than one region; between them nothing was looked at. */
  readonly parts?: readonly Rect[];
  /** Cells whose tiles could not be had. */
  readonly unread: number;
  readonly slide: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly mppX: number;
    readonly mppY: number;
    readonly mppSource: string;
  };
  readonly colour: 'raw';
  readonly tissueRule: string;
  /** ISO 8601. */
  readonly createdAt: string;
}
