// The calls of the inference worker: it holds the model, asks the pixels worker for fields, and answers for points and
// runs. Cells of a run come back as events while it goes on.

import type { Backend, ListedModel, ModelDetails, ModelOrigin } from '../model/model-info.ts';
import type { Point, Rect } from '../pyramid/geometry.ts';
import type { SlideDescription } from '../slides/slide-source.ts';

export type { ModelOrigin } from '../model/model-info.ts';

export interface SlideForInference {
  /** Of the pixels worker. */
  readonly handle: number;
  readonly description: SlideDescription;
}

export interface PairSimilarity {
  readonly fine: number;
  readonly coarse: number;
  readonly aligned: number;
  readonly contrast: number;
}

export interface Classification {
  readonly at: Point;
  readonly classNames: readonly string[];
  readonly probabilities: readonly number[];
  readonly perMagnification: readonly { readonly spacing: number; readonly probabilities: readonly number[] }[];
  /** 0..1: natural entropy / log(classes). */
  readonly entropy: number;
  readonly uncertain: boolean;
  /** 0..1, 1 = like the training tissue; null when the model has none. */
  readonly familiarity: number | null;
  readonly similarity: readonly PairSimilarity[];
  readonly backend: Backend;
  readonly timings: {
    readonly tilesMs: number;
    readonly cropsMs: number;
    readonly modelMs: number;
    readonly totalMs: number;
  };
}

export interface SimilarityMap {
  readonly fine: number;
  readonly coarse: number;
  /** Cells a side of the coarse field (and of the fine one). */
  readonly width: number;
  readonly height: number;
  /** V over the coarse field, row-major: similarity of each coarse cell with the mean of the fine field. */
  readonly query: Float32Array;
  /** S, (width * height) coarse cells x as many fine cells, row-major. */
  readonly matrix: Float32Array;
}

export type RunMode = 'shared' | 'exact';
export type RunStep = 'half' | 'full';

/** Cells that have an answer of the same slide already: a run whose numbers would be the same leaves them out. */
export interface KeptCells {
  /** Whole cells, level-0 px. */
  readonly region: Rect;
  readonly cellSize: number;
  readonly columns: number;
  readonly rows: number;
  /** rows x columns, 1 where there is an answer. */
  readonly done: Uint8Array;
  readonly mode: RunMode;
  readonly modelSha256: string;
  readonly tissueRule: string;
}

export interface RunRequest {
  readonly slide: SlideForInference;
  /** Level-0 px; absent for the whole slide. */
  readonly region?: Rect;
  readonly mode: RunMode;
  readonly step: RunStep;
  /** What is on screen, level-0 px: done first. */
  readonly visible?: Rect;
  readonly kept?: KeptCells;
}

/** The grid of a run, known once the tissue mask is made, before the first cell. */
export interface RunPlan {
  readonly region: Rect;
  readonly cellSize: number;
  readonly columns: number;
  readonly rows: number;
  /** rows x columns, 1 where there is tissue. */
  readonly tissue: Uint8Array;
  readonly tissueRule: string;
  /** Cells with tissue, kept ones among them. */
  readonly total: number;
  /** rows x columns, 1 where the request's kept cells stand; null when there were none, or they were computed differently. */
  readonly kept: Uint8Array | null;
  /** What was asked for; `exact` also where the model's geometry lets no two cells share features. */
  readonly mode: RunMode;
  /** Of the model that runs: its hash, weights' name, temperature. */
  readonly model: {
    readonly id: string;
    readonly version: string;
    readonly sha256: string;
    readonly weights: string;
    readonly temperature: number;
    readonly backend: Backend;
  };
}

/** A batch of finished cells of a run; `index` is row * columns + column. */
export interface RunCells {
  readonly runId: number;
  readonly index: Uint32Array;
  /** 1 done, 2 unread. */
  readonly status: Uint8Array;
  /** cells x classes, calibrated. */
  readonly probabilities: Float32Array;
  readonly entropy: Float32Array;
  readonly familiarity: Float32Array | null;
  /** One a pair of the model, in its order. */
  readonly similarity: readonly { readonly aligned: Float32Array; readonly contrast: Float32Array }[];
}

export interface RuntimeStats {
  readonly backend: Backend | null;
  readonly tensors: number;
  readonly gpuBytes: number;
  readonly devicesLost: number;
  /** ms inside encoders and heads, and their multiply-adds, since the worker started. */
  readonly modelMs: number;
  readonly multiplyAdds: number;
}

export type InferenceCalls = {
  /** Hands over the port on which the pixels worker answers. Once, before all else. `alone`: no further threads are started. */
  connectPixels(argument: { port: MessagePort; alone: boolean }): void;
  /**
   * Models in the folder `modelsUrl` (ends in "/"), by its index.json.
   * @throws Failure `model-not-found`, `model-invalid`.
   */
  listModels(argument: { modelsUrl: string }): readonly ListedModel[];
  /**
   * Loads a model folder, tries backends in order until the golden self-test passes. The model loaded before stays when this fails.
   * @throws Failure `model-not-found`, `model-invalid`, `model-hash`, `backend-unavailable`, `self-test-failed`, `out-of-memory`.
   */
  loadModel(argument: { origin: ModelOrigin; id: string; backend?: Backend }): ModelDetails;
  /** Mode exact. @throws Failure `mpp-unknown`, `spacing-too-fine`, `outside-slide`, `tile-unavailable`, `device-lost`. */
  classify(argument: { slide: SlideForInference; at: Point }): Classification;
  /** `pair`: spacings in um/px, matched to the model's within 1 %. @throws also `bad-argument`. */
  similarity(argument: { slide: SlideForInference; at: Point; pair: { fine: number; coarse: number } }): SimilarityMap;
  /** Starts a run; resolves with its plan. Cells follow as `cells` events, then one `finished`. */
  startRun(argument: { runId: number; request: RunRequest }): RunPlan;
  /** What is on screen now, so that it is done next. */
  lookAt(argument: { runId: number; visible: Rect }): void;
  /** True while the user moves the view: the run then leaves a core to the page. */
  calmRun(argument: { runId: number; calm: boolean }): void;
  pauseRun(argument: { runId: number }): void;
  resumeRun(argument: { runId: number }): void;
  cancelRun(argument: { runId: number }): void;
  stats(argument: undefined): RuntimeStats;
};

export interface InferenceEvents {
  cells: RunCells;
  /** Cells as the coarsest magnification alone sees them: for the screen until the run gets there, and for nothing else. */
  preliminary: {
    readonly runId: number;
    readonly index: Uint32Array;
    /** cells x classes, calibrated for that magnification. */
    readonly probabilities: Float32Array;
    readonly entropy: Float32Array;
  };
  /** No cells follow. `failure` when the run could not go on: the cells so far hold. */
  finished: {
    readonly runId: number;
    readonly state: 'complete' | 'cancelled' | 'failed';
    readonly failure?: { readonly code: string; readonly message: string };
  };
  /** Whether further threads are being started: a browser may hang in that, and this worker with it. */
  threads: { readonly pending: boolean };
  /** A sentence the user should read once, e.g. that a device was lost and which backend goes on. */
  notice: { readonly message: string };
}
