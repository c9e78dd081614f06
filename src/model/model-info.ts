// What a loaded model says of itself to scripts and to the interface. Types only: they cross threads, so that nothing
// of a runtime may appear in them.

export type Backend = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** Backends in the order they are tried. */
export const backendOrder: readonly Backend[] = ['webgpu', 'wasm', 'webgl', 'cpu'];

/** Where a model folder is: a link ending in "/", or files picked from the own computer. */
export type ModelOrigin = { kind: 'url'; url: string } | { kind: 'files'; files: readonly File[] };

/** A model that is served beside the app. */
export interface ListedModel {
  readonly id: string;
  readonly title: string;
  readonly classNames: readonly string[];
  /** What its manifest says; null when that can't be read. */
  readonly about: ModelSummary | null;
}

/** What is known of a model before it is loaded. */
export interface ModelSummary {
  readonly version: string;
  /** CSS colours, one a class. */
  readonly classColors: readonly string[];
  readonly tissue: string;
  readonly stain: string;
  readonly licence: string;
  /** um/px, finest first. */
  readonly spacings: readonly number[];
  /** px a side, at every spacing. */
  readonly patchSize: number;
  /** Where its card is; null when it has none. */
  readonly cardUrl: string | null;
}

export interface ModelInfo {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly classNames: readonly string[];
  /** um/px, finest first. */
  readonly spacings: readonly number[];
  /** px a side, at every spacing. */
  readonly patchSize: number;
  readonly backend: Backend;
  readonly selfTest: { readonly maxAbsDiff: number; readonly tolerance: number };
}

/** What the interface shows beside the answers; scripts get ModelInfo. */
export interface ModelDetails extends ModelInfo {
  /** CSS colours, one a class. */
  readonly classColors: readonly string[];
  readonly tissue: string;
  readonly stain: string;
  readonly licence: string;
  readonly trainingDataLicence: string;
  /** Model card, Markdown; null when the folder has none. */
  readonly card: string | null;
  /** Below this top probability the interface says "uncertain"; null when the model does not say. */
  readonly uncertainBelow: number | null;
  /** Below this familiarity the interface says "unlike the tissue this model was trained on". */
  readonly familiarityThreshold: number | null;
  /** Pairs (fine, coarse) in um/px that have a similarity; empty when the model has no embeddings. */
  readonly similarityPairs: readonly { readonly fine: number; readonly coarse: number }[];
  /** Why there is no similarity, a sentence; null when there is. */
  readonly similarityOff: string | null;
  /** One line for each backend tried before this one, and why it was passed over; then why this one holds. */
  readonly backendReason: string;
  /** Of the crop rule: tissue px around the crop that the encoder sees, a side. */
  readonly contextPixels: number;
  readonly padding: 'white' | 'reflect';
}
