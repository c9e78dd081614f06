// Asks the model about one point, mode exact: each magnification's own field with context, encoded alone. What a run
// does for many cells at once has the same numbers.

import { cropField } from '../crops/crop-field.ts';
import { Failure } from '../lib/failure.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { HeadOutput } from '../model/model-runtime.ts';
import { withMaps } from '../model/with-maps.ts';
import type { Point } from '../pyramid/geometry.ts';
import type { FieldReader } from './field-reader.ts';
import type { Classification, SimilarityMap, SlideForInference } from './inference.contract.ts';
import { Interpreter } from './interpret.ts';
import { queryMap, similarityMatrix } from './similarity.ts';
import { checkPoint, checkSlideFits, findPair } from './slide-fit.ts';

export interface PointQuestion {
  readonly model: LoadedModel;
  readonly reader: FieldReader;
  readonly slide: SlideForInference;
  /** Level-0 px. */
  readonly at: Point;
  readonly signal: AbortSignal;
}

/** @throws Failure `mpp-unknown`, `spacing-too-fine`, `outside-slide`, `tile-unavailable`, `device-lost`, `bad-argument`. */
export async function classifyPoint(question: PointQuestion): Promise<Classification> {
  const { model, at } = question;
  const { classNames, spacings, calibration } = model.manifest;
  const startMs = performance.now();
  const { output, interpreter, tilesMs, cropsMs, modelMs } = await ask(question);
  const { probabilities, entropy, perMagnification, familiarity, similarity } = interpreter.answers(output);
  const { uncertainBelow } = calibration;
  const { similarityPairs, backend } = model.details;
  return {
    at,
    classNames,
    probabilities: [...probabilities],
    perMagnification: perMagnification.map((one, m) => ({ spacing: spacings[m] ?? 0, probabilities: [...one] })),
    entropy: entropy[0] ?? 0,
    uncertain: uncertainBelow !== null && Math.max(...probabilities) < uncertainBelow,
    familiarity: familiarity?.[0] ?? null,
    similarity: similarity.map(({ aligned, contrast }, index) => ({
      fine: similarityPairs[index]?.fine ?? 0,
      coarse: similarityPairs[index]?.coarse ?? 0,
      aligned: aligned[0] ?? 0,
      contrast: contrast[0] ?? 0,
    })),
    backend,
    timings: { tilesMs, cropsMs, modelMs, totalMs: performance.now() - startMs },
  };
}

/** `pair` in um/px. @throws as `classifyPoint`; `bad-argument` also for a pair that the model has not. */
export async function similarityAt(
  question: PointQuestion,
  pair: { fine: number; coarse: number },
): Promise<SimilarityMap> {
  const { manifest, details } = question.model;
  if (details.similarityOff !== null) throw new Failure('bad-argument', details.similarityOff);
  const { fine, coarse } = findPair(manifest.spacings, pair);
  const { output, interpreter } = await ask(question);
  const fields = interpreter.ownEmbeddings(output);
  if (fields === null) throw new Error('A model with similarity gave no embeddings.');
  const fineCells = fields(fine, 0);
  const coarseCells = fields(coarse, 0);
  return {
    fine: manifest.spacings[fine] ?? pair.fine,
    coarse: manifest.spacings[coarse] ?? pair.coarse,
    width: fineCells.cells,
    height: fineCells.cells,
    query: queryMap(fineCells, coarseCells),
    matrix: similarityMatrix(fineCells, coarseCells),
  };
}

interface Asked {
  readonly output: HeadOutput;
  readonly interpreter: Interpreter;
  /** Until the tiles were there: read and decoded, or found. */
  readonly tilesMs: number;
  /** Fields laid together out of them and averaged; 0 where the GPU does it, as part of the model's time. */
  readonly cropsMs: number;
  readonly modelMs: number;
}

async function ask({ model, reader, slide, at, signal }: PointQuestion): Promise<Asked> {
  const { manifest, runtime } = model;
  const { spacings, patchSizePx, padding } = manifest;
  checkSlideFits(slide.description, manifest);
  checkPoint(slide.description, at);
  const startMs = performance.now();
  const { contextPx } = runtime;
  const fields = spacings.map((spacing) =>
    cropField(slide.description, at, { spacing, patchSizePx, contextPx, padding }),
  );
  const { rasters, cutMs } = await reader.read(runtime, slide, fields, 'visible', signal);
  const readMs = performance.now();
  const corner = contextPx / runtime.featureStridePx;
  const windows = spacings.map(() => [{ item: 0, row: corner, column: corner }]);
  const output = await withMaps(
    runtime,
    rasters.map((raster) => [raster]),
    (maps) => runtime.classify(maps, windows, { embeddings: true }),
  );
  signal.throwIfAborted();
  return {
    output,
    interpreter: new Interpreter(manifest, runtime.windowCells),
    tilesMs: Math.max(0, readMs - startMs - cutMs),
    cropsMs: cutMs,
    modelMs: performance.now() - readMs,
  };
}
