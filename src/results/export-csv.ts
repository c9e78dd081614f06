// A result as a table: the columns that WSInfer writes (minx, miny, width, height, prob_<class>), then ours. Lines that
// begin with # carry the provenance; pandas skips them with comment='#'.

import type { AnalysisResult } from './analysis-result.ts';
import { type Column, cellBoxes, columnsOf, numberOf, writeDoneCells } from './cells.ts';
import { csvField } from './csv-field.ts';
import { blobOfText } from './text-blob.ts';

/** One row a done cell, level-0 px; a number that is not finite is an empty field. */
export function exportCsv(result: AnalysisResult): Promise<Blob> {
  return blobOfText(csvPieces(result), 'text/csv');
}

function* csvPieces(result: AnalysisResult): Generator<string> {
  const columns = columnsOf(result);
  const names = ['minx', 'miny', 'width', 'height', ...columns.map(({ name }) => name)];
  yield '# Cells of an analysis, level-0 pixels. For research use only.\n';
  // JSON has no line breaks of its own: the provenance is one line whatever the names in it.
  yield `# provenance: ${JSON.stringify(result.provenance)}\n`;
  yield `${names.map(csvField).join(',')}\n`;
  yield* writeDoneCells(result, rowWriter(result, columns));
}

function rowWriter(result: AnalysisResult, columns: readonly Column[]): (cell: number) => string {
  const boxOf = cellBoxes(result);
  return (cell) => {
    const { left, top } = boxOf(cell);
    const values = columns.map((column) => numberOf(column, cell) ?? '');
    return `${[left, top, result.cellSize, result.cellSize, ...values].join(',')}\n`;
  };
}
