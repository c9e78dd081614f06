// Decides whether a backend computes the model as its makers did: the golden cases that came with it, through the same
// calls as a real patch. Pure comparison and decoding; which backend is tried next is backend-choice.ts.

import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import type { HeadOutput, ModelRuntime, RasterPixels } from '../model-runtime.ts';
import { withMaps } from '../with-maps.ts';
import type { ModelManifest } from './manifest.ts';

/** Embeddings are compared less strictly than answers, and this many of each spacing. */
const embeddingTolerance = 0.01;
const comparedEmbeddings = 64;

/** One patch and what the training framework computed from it. */
export interface GoldenCase {
  /** One raster a spacing, finest first, with context. */
  readonly inputs: readonly RasterPixels[];
  /** Before calibration. */
  readonly probabilities: readonly number[];
  /** First values of each spacing's embeddings; empty when the model has none. */
  readonly embeddings: readonly (readonly number[])[];
}

export interface SelfTestResult {
  /** Largest difference of a probability. */
  readonly maxAbsDiff: number;
  readonly tolerance: number;
}

const goldenSchema = z.object({
  cases: z
    .array(
      z.object({
        inputs: z.array(z.base64()),
        probabilities: z.array(z.number()),
        embeddings: z.array(z.array(z.number())).default([]),
      }),
    )
    .min(1),
});

/** @throws Failure `model-invalid` when the file does not fit the manifest. */
export function parseGolden(value: unknown, manifest: ModelManifest): readonly GoldenCase[] {
  const parsed = check(goldenSchema, value);
  const issue = parsed.error?.issues[0];
  if (!parsed.success) throw misfit(`${issue?.path.map(String).join('.')}: ${issue?.message}`);
  const context = manifest.network.kind === 'encoder-head' ? manifest.network.contextPx : 0;
  const side = manifest.patchSizePx + 2 * context;
  return parsed.data.cases.map(({ inputs, probabilities, embeddings }, index) => {
    if (inputs.length !== manifest.spacings.length) throw misfit(`case ${index} has ${inputs.length} inputs`);
    if (probabilities.length !== manifest.classNames.length)
      throw misfit(`case ${index} has ${probabilities.length} probabilities`);
    const rasters = inputs.map((text): RasterPixels => {
      const data = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      if (data.length !== side * side * 3)
        throw misfit(`an input of case ${index} is not ${side} x ${side} RGB pixels`);
      return { width: side, height: side, data };
    });
    return { inputs: rasters, probabilities, embeddings };
  });
}

/**
 * Runs the cases one by one, as a click would.
 * @throws Failure `self-test-failed` when a probability differs by more than `tolerance`, or an embedding by 0.01.
 */
export async function selfTest(
  runtime: ModelRuntime,
  cases: readonly GoldenCase[],
  tolerance: number,
): Promise<SelfTestResult> {
  let maxAbsDiff = 0;
  for (const golden of cases) {
    const output = await runCase(runtime, golden.inputs);
    const probabilities = softmaxOf(output.logits);
    maxAbsDiff = Math.max(maxAbsDiff, largestDifference(probabilities, golden.probabilities));
    golden.embeddings.forEach((expected, magnification) => {
      const actual = output.embeddings[magnification] ?? new Float32Array();
      const difference = largestDifference(actual, expected.slice(0, comparedEmbeddings));
      if (!(difference <= embeddingTolerance))
        throw failed(`an embedding is off by ${difference.toPrecision(3)}`, embeddingTolerance);
    });
  }
  if (!(maxAbsDiff <= tolerance)) throw failed(`a probability is off by ${maxAbsDiff.toPrecision(3)}`, tolerance);
  return { maxAbsDiff, tolerance };
}

/** Answers of this runtime for the inputs of `cases`: what another backend of a model without golden outputs is held against. */
export async function answersOf(
  runtime: ModelRuntime,
  inputs: readonly (readonly RasterPixels[])[],
): Promise<readonly GoldenCase[]> {
  const cases: GoldenCase[] = [];
  for (const rasters of inputs) {
    const { logits } = await runCase(runtime, rasters);
    cases.push({ inputs: rasters, probabilities: softmaxOf(logits), embeddings: [] });
  }
  return cases;
}

function runCase(runtime: ModelRuntime, inputs: readonly RasterPixels[]): Promise<HeadOutput> {
  const corner = runtime.contextPx / runtime.featureStridePx;
  const rasters = inputs.map((raster) => [raster]);
  return withMaps(runtime, rasters, (maps) => {
    const windows = maps.map(() => [{ item: 0, row: corner, column: corner }]);
    return runtime.classify(maps, windows, { embeddings: true });
  });
}

function softmaxOf(logits: Float32Array): number[] {
  const highest = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** NaN when a value is missing or is none: NaN is within no tolerance. */
function largestDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  return expected.reduce(
    (largest, value, index) => Math.max(largest, Math.abs((actual[index] ?? Number.NaN) - value)),
    0,
  );
}

function failed(what: string, tolerance: number): Failure {
  return new Failure('self-test-failed', `It computes this model wrongly: ${what}, where ${tolerance} is allowed.`);
}

function misfit(what: string): Failure {
  return new Failure(
    'model-invalid',
    `The model's golden outputs don't fit its manifest: ${what}. Get the whole folder again.`,
  );
}
