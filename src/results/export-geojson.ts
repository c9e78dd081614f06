// A result as GeoJSON that QuPath opens as tile objects. QuPath reads positions in level-0 px, wants an id of UUID form,
// and takes a classification only with its name and its colour.

import type { AnalysisResult } from './analysis-result.ts';
import { cellIds } from './cell-ids.ts';
import { type CellBox, cellBoxes, columnsOf, numberOf, writeDoneCells } from './cells.ts';
import { likeliestClass } from './statistics.ts';
import { blobOfText } from './text-blob.ts';

/** For a class whose colour is not "#rrggbb". */
const grey = [128, 128, 128];

/** One tile object a done cell, with measurements under the names of the table's columns. `classColors`: "#rrggbb". */
export function exportGeoJson(result: AnalysisResult, classColors: readonly string[]): Promise<Blob> {
  return blobOfText(geoJsonPieces(result, classColors), 'application/geo+json');
}

function* geoJsonPieces(result: AnalysisResult, classColors: readonly string[]): Generator<string> {
  yield `{"type":"FeatureCollection","provenance":${JSON.stringify(result.provenance)},"features":[`;
  yield* writeDoneCells(result, featureWriter(result, classColors));
  yield '\n]}\n';
}

function featureWriter(result: AnalysisResult, classColors: readonly string[]): (cell: number) => string {
  const columns = columnsOf(result);
  const boxOf = cellBoxes(result);
  const idOf = cellIds(result.provenance);
  const classifications = result.classNames.map((name, index) => ({ name, color: rgbOf(classColors[index]) }));
  let separator = '\n';
  return (cell) => {
    const feature = {
      type: 'Feature',
      id: idOf(cell),
      geometry: { type: 'Polygon', coordinates: [ringOf(boxOf(cell))] },
      properties: {
        objectType: 'tile',
        classification: classifications[likeliestClass(result, cell)],
        isLocked: true,
        measurements: Object.fromEntries(columns.map((column) => [column.name, numberOf(column, cell)])),
      },
    };
    const text = `${separator}${JSON.stringify(feature)}`;
    separator = ',\n';
    return text;
  };
}

/** Closed: the first corner comes again. */
function ringOf({ left, top, right, bottom }: CellBox): number[][] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
  ];
}

function rgbOf(hex: string | undefined): number[] {
  const digits = /^#([0-9a-f]{6})$/i.exec(hex ?? '')?.[1];
  return digits === undefined ? grey : [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}
