// From what the head gives to what is shown: calibrated probabilities, entropy and the similarity of every pair, for any
// number of patches. Points and runs share it, so that they can't differ.

import type { ModelManifest } from '../model/folder/manifest.ts';
import type { HeadOutput } from '../model/model-runtime.ts';
import { calibrate, normalisedEntropy } from './calibrate.ts';
import { type CellEmbeddings, PairScorer } from './similarity.ts';

/** The embeddings of a patch's field at a magnification (0 = finest). */
export type FieldEmbeddings = (magnification: number, patch: number) => CellEmbeddings;

/** Rows are patches. */
export interface Answers {
  /** patches x classes. */
  readonly probabilities: Float32Array;
  /** patches, 0..1. */
  readonly entropy: Float32Array;
  /** One a magnification: patches x classes; empty for a model with one answer only. */
  readonly perMagnification: readonly Float32Array[];
  readonly familiarity: Float32Array | null;
  /** One a pair, (0, 1), (0, 2), (1, 2), …; empty without embeddings. */
  readonly similarity: readonly { readonly aligned: Float32Array; readonly contrast: Float32Array }[];
}

export class Interpreter {
  readonly #manifest: ModelManifest;
  readonly #windowCells: number;
  readonly #pairs: readonly { fine: number; coarse: number; scorer: PairScorer }[];

  constructor(manifest: ModelManifest, windowCells: number) {
    this.#manifest = manifest;
    this.#windowCells = windowCells;
    const { spacings } = manifest;
    this.#pairs = spacings.flatMap((fineSpacing, fine) =>
      spacings.slice(fine + 1).map((coarseSpacing, after) => ({
        fine,
        coarse: fine + 1 + after,
        scorer: new PairScorer(windowCells, coarseSpacing / fineSpacing),
      })),
    );
  }

  /** Without embeddings there is no similarity. */
  answers(output: HeadOutput): Answers {
    const { classNames, calibration, familiarityThreshold } = this.#manifest;
    const classes = classNames.length;
    const probabilities = calibrate(output.logits, classes, calibration.temperature);
    return {
      probabilities,
      entropy: normalisedEntropy(probabilities, classes),
      perMagnification: this.#perMagnification(output),
      // Without a threshold nobody could say what the number means.
      familiarity: familiarityThreshold === null ? null : output.familiarity,
      similarity: this.#similarity(probabilities.length / classes, this.ownEmbeddings(output)),
    };
  }

  /** Embeddings as the head gave them, patch by patch; null when it gave none. */
  ownEmbeddings(output: HeadOutput): FieldEmbeddings | null {
    if (output.embeddings.length === 0) return null;
    const cells = this.#windowCells;
    return (magnification, patch) => ({
      values: output.embeddings[magnification] ?? new Float32Array(),
      cells,
      size: output.embeddingSize,
      firstCell: patch * cells * cells,
    });
  }

  #perMagnification({ logitsPerMagnification }: HeadOutput): Float32Array[] {
    if (logitsPerMagnification === null) return [];
    const { classNames, calibration } = this.#manifest;
    const classes = classNames.length;
    const { perMagnification } = calibration;
    const stride = classes * perMagnification.length;
    return perMagnification.map((temperature, m) => {
      const logits = new Float32Array(logitsPerMagnification.length / perMagnification.length);
      for (let patch = 0; patch * classes < logits.length; patch++) {
        const from = patch * stride + m * classes;
        logits.set(logitsPerMagnification.subarray(from, from + classes), patch * classes);
      }
      return calibrate(logits, classes, temperature);
    });
  }

  #similarity(patches: number, fields: FieldEmbeddings | null): Answers['similarity'] {
    if (fields === null) return [];
    return this.#pairs.map(({ fine, coarse, scorer }) => {
      const scores = { aligned: new Float32Array(patches), contrast: new Float32Array(patches) };
      for (let patch = 0; patch < patches; patch++) {
        const { aligned, contrast } = scorer.score(fields(fine, patch), fields(coarse, patch));
        scores.aligned[patch] = aligned;
        scores.contrast[patch] = contrast;
      }
      return scores;
    });
  }
}
