// A result as JSON with every number in it. parse-json.ts reads it back.

import type { AnalysisResult } from './analysis-result.ts';
import { writeArray } from './array-text.ts';
import { type DoubtLimits, doubtRecord } from './doubt.ts';
import { blobOfText } from './text-blob.ts';

/**
 * The AnalysisResult member by member; arrays as { dtype, shape, data: base64, little-endian }. With the limits of the model
 * that made it, also `doubt`: what share of its cells is below them.
 */
export function exportJson(result: AnalysisResult, limits: DoubtLimits | null = null): Promise<Blob> {
  return blobOfText(jsonPieces(result, limits), 'application/json');
}

function* jsonPieces(result: AnalysisResult, limits: DoubtLimits | null): Generator<string> {
  const { region, cellSize, columns, rows, classNames, areaMm2, state, provenance } = result;
  const grid = [rows, columns];
  const doubt = limits === null ? {} : { doubt: doubtRecord(result, limits) };
  const head = JSON.stringify({ provenance, state, region, cellSize, columns, rows, classNames, areaMm2, ...doubt });
  yield `${head.slice(0, -1)},"status":`;
  yield* writeArray(result.status, grid);
  yield ',"probabilities":';
  yield* writeArray(result.probabilities, [...grid, classNames.length]);
  yield ',"entropy":';
  yield* writeArray(result.entropy, grid);
  yield ',"familiarity":';
  if (result.familiarity === null) yield 'null';
  else yield* writeArray(result.familiarity, grid);
  yield ',"similarity":[';
  for (const [index, { fine, coarse, aligned, contrast }] of result.similarity.entries()) {
    yield `${index === 0 ? '' : ','}{"fine":${fine},"coarse":${coarse},"aligned":`;
    yield* writeArray(aligned, grid);
    yield ',"contrast":';
    yield* writeArray(contrast, grid);
    yield '}';
  }
  yield ']}\n';
}
