// The scripting interface, `window.concentric`: the same calls the interface itself makes. Types only; app.ts builds it.
// Coordinates are level-0 pixels; pixel k covers [k, k + 1). Every rejection is a Failure with a code (lib/failure.ts).

import type { Classification, RunMode, RunStep, SimilarityMap } from '../inference/inference.contract.ts';
import type { Backend, ModelInfo } from '../model/model-info.ts';
import type { Point, Rect } from '../pyramid/geometry.ts';
import type { AnalysisResult } from '../results/analysis-result.ts';
import type { SlideInfo } from '../slides/slide-source.ts';
import type { ViewPosition } from '../viewer/view-position.ts';

/** The P x P field of one magnification as the model gets it, before normalisation. */
export interface Crop {
  /** um/px. */
  readonly spacing: number;
  readonly width: number;
  readonly height: number;
  /** RGBA, row-major. */
  readonly data: Uint8ClampedArray;
  /** Level-0 px covered. */
  readonly region: Rect;
}

export interface RunProgress {
  readonly done: number;
  readonly total: number;
  readonly cellsPerSecond: number;
  /** Cells that are done, or of which the screen shows a preliminary class. */
  readonly mapped: number;
}

export interface Run {
  readonly done: Promise<AnalysisResult>;
  readonly progress: RunProgress;
  pause(): void;
  resume(): void;
  /** Resolves `done` with state 'cancelled'. */
  cancel(): void;
  /** Returns the function that stops listening. */
  onProgress(listener: (progress: RunProgress) => void): () => void;
}

export interface Stats {
  readonly backend: Backend | null;
  readonly tensors: number;
  readonly gpuBytes: number;
  readonly tileBytes: number;
  readonly tilesDecoded: number;
  readonly tilesUnique: number;
  readonly bytesFetched: number;
  readonly openBitmaps: number;
  readonly devicesLost: number;
  /** ms inside encoders and heads, over all threads, and their multiply-adds, since the page was opened. */
  readonly modelMs: number;
  readonly multiplyAdds: number;
}

export interface AnalyseOptions {
  readonly region?: Rect;
  readonly mode?: RunMode;
  readonly step?: RunStep;
  /**
   * Keeps the cells that are there, where model, mode and step are the same: those of other regions stay beside the
   * run's, those of its own region are not computed again, unless nothing in it is missing. `done` and `results()` are
   * then the joined result. Without it a run begins anew.
   */
  readonly extend?: boolean;
  /** Only the cells that could not be read before, wherever they are; `region` is not looked at. Keeps the rest. */
  readonly unreadOnly?: boolean;
}

export type ExportFormat = 'geojson' | 'csv' | 'png' | 'json';

export interface Concentric {
  readonly version: string;
  readonly ready: Promise<void>;
  openSlide(from: string | File | readonly File[], options?: { mpp?: number }): Promise<SlideInfo>;
  slide(): SlideInfo | null;
  closeSlide(): Promise<void>;
  models(): Promise<readonly { id: string; title: string; classNames: readonly string[] }[]>;
  loadModel(idOrUrl: string | readonly File[], options?: { backend?: Backend }): Promise<ModelInfo>;
  readCrops(at: Point): Promise<readonly Crop[]>;
  classify(at: Point): Promise<Classification>;
  similarity(at: Point, pair: { fine: number; coarse: number }): Promise<SimilarityMap>;
  /** Whole slide, shared, half by default. */
  analyse(options?: AnalyseOptions): Run;
  results(): AnalysisResult | null;
  /** One of the values of the address: none, classes, class:NAME, entropy, familiarity, similarity:FINE-COARSE, contrast:FINE-COARSE. */
  setLayer(layer: string): void;
  exportResults(format: ExportFormat): Promise<Blob>;
  view(): ViewPosition;
  setView(view: ViewPosition): Promise<void>;
  stats(): Stats;
}
