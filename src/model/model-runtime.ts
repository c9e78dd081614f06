// What the app asks of whatever computes the model: encode rasters, cut windows out of the feature maps, run the head on
// them. One implementation (tfjs-runtime.ts) today; nothing of TF.js shows through, so another library is one file.

import type { Backend } from './model-info.ts';

/** Pixels as they were read: row-major RGB or RGBA, 8 bits a channel. All rasters of one call have one size. */
export interface RasterPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A raster whose pixels are put together on the runtime's own device (crops/device-fields.ts). */
export interface DeviceRaster {
  readonly width: number;
  readonly height: number;
  readonly writer: DeviceWriter;
}

export interface DeviceWriter {
  readonly device: GPUDevice;
  /**
   * Submits the work that makes a float32 batch x height x width x 3 of the rasters, zero beyond them, each byte as
   * `normalised` (3 x 256) has it. What reads the buffer must be submitted before the next call. @throws Failure `cancelled`.
   */
  write(
    rasters: readonly DeviceRaster[],
    shape: { batch: number; height: number; width: number },
    normalised: Float32Array<ArrayBuffer>,
  ): GPUBuffer;
}

export type EncoderRaster = RasterPixels | DeviceRaster;

/** Features of a batch of rasters, kept on the device until `dispose`. */
export interface FeatureMap {
  readonly batch: number;
  /** Feature cells. */
  readonly rows: number;
  readonly columns: number;
  dispose(): void;
}

/** Where a patch's window begins in a feature map: which raster of the batch, and feature cells from its corner. */
export interface WindowOrigin {
  readonly item: number;
  readonly row: number;
  readonly column: number;
}

/** Rows are patches, in the order of the windows. All numbers are finite. */
export interface HeadOutput {
  /** patches x classes. */
  readonly logits: Float32Array;
  /** patches x magnifications x classes; null for a model that gives one answer only. */
  readonly logitsPerMagnification: Float32Array | null;
  /** One a magnification, finest first: patches x windowCells^2 x embeddingSize, rows of length 1. Empty when not asked for or not there. */
  readonly embeddings: readonly Float32Array[];
  /** Length of an embedding; 0 without embeddings. */
  readonly embeddingSize: number;
  /** One a patch, 0..1; null when the model has none. */
  readonly familiarity: Float32Array | null;
}

/** The patches of a run: patch n at lattice column n % columns and row n / columns, their windows `steps` feature cells apart. */
export interface PatchLattice {
  readonly columns: number;
  readonly rows: number;
  /** Feature cells between neighbours, one a magnification. */
  readonly steps: readonly number[];
  /** Whether patch n will be asked for. */
  readonly wants: (patch: number) => boolean;
}

/** A rectangle of feature cells of the lattice at one magnification; the first patch's window begins at (0, 0). */
export interface FeatureRegion {
  readonly magnification: number;
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * Features that patches share, encoded region by region. A patch can be answered once the regions that hold its windows
 * were added, in whatever order and however they cut it.
 */
export interface PatchGatherer {
  /** Can `answerAlone` be asked? */
  readonly answersAlone: boolean;
  /** Regions that can be encoded at once: as many `add` calls may be under way. */
  readonly width: number;
  /**
   * Encodes a region: `raster` reaches contextPx beyond it on every side.
   * @throws Failure `device-lost`, `out-of-memory`; an AbortError when `signal` aborts before it is done.
   */
  add(region: FeatureRegion, raster: EncoderRaster, signal?: AbortSignal): Promise<void>;
  /** True leaves a core to the page, at once where threads can be reached. */
  setCalm(calm: boolean): void;
  /** Answers of patches, embeddings with them. @throws Failure `device-lost`, `out-of-memory`. */
  answer(patches: readonly number[]): Promise<HeadOutput>;
  /** Logits, patches x classes, of one magnification alone. @throws Failure `device-lost`, `out-of-memory`. */
  answerAlone(patches: readonly number[], magnification: number): Promise<Float32Array>;
  /** No patch over the region will be asked for again. */
  forgetRegion(region: FeatureRegion): void;
  forgetPatches(patches: readonly number[]): void;
}

export interface ModelRuntime {
  readonly backend: Backend;
  /** Raster px a feature cell, both ways. */
  readonly featureStridePx: number;
  /** Tissue px around a patch that the encoder wants, a side. */
  readonly contextPx: number;
  /** Feature cells a side of a patch's window. */
  readonly windowCells: number;
  readonly hasEmbeddings: boolean;
  readonly hasFamiliarity: boolean;
  /** Patches a head call takes at once; more are split, and where compiling costs, fewer are filled up to one of few sizes. */
  readonly headBatch: number;
  /** Rasters of one patch's size that an encoder call takes at once; where compiling costs, fewer are filled up. */
  readonly encodeBatch: number;
  /** Raster px a side that one encoder call may safely have. */
  readonly maxRasterPx: number;
  /** True where every new raster size costs compiled programs: then keep to few sizes. */
  readonly prefersFixedSizes: boolean;
  /** Where rasters of the device may be made; null where there is none. */
  readonly gpu: GPUDevice | null;
  /** Settles with a sentence when the device is gone; never on backends without a device. */
  readonly lost: Promise<string>;
  /** Normalises and encodes a batch at `magnification` (0 = finest); all its rasters are of one kind. @throws Failure `device-lost`, `out-of-memory`. */
  encode(rasters: readonly EncoderRaster[], magnification: number): Promise<FeatureMap>;
  /**
   * Runs the head on windows of the maps, one map a magnification. `windows[m][n]` is patch n's window in map m.
   * @throws Failure `device-lost`, `out-of-memory`.
   */
  classify(
    maps: readonly FeatureMap[],
    windows: readonly (readonly WindowOrigin[])[],
    options?: { embeddings?: boolean },
  ): Promise<HeadOutput>;
  /** True for a model with an encoder, whose features patches can share. */
  readonly gathers: boolean;
  /** Gathers the features of a run's patches, where `gathers` holds. What it has gathered goes with the device. */
  gather(lattice: PatchLattice): PatchGatherer;
  dispose(): void;
}

/** Live tensors and GPU bytes, over all models of this thread. */
export interface RuntimeMemory {
  readonly tensors: number;
  readonly gpuBytes: number;
}
