// The pixel of each cell of a result for one layer: class colours, or a colour scale over a value. Where cells lie and
// how they reach the screen is paint.ts.

import type { AnalysisResult } from '../results/analysis-result.ts';
import { likeliestClass } from '../results/statistics.ts';
import { packPixel } from './colour.ts';
import {
  type ColourScale,
  classColours,
  contrastScale,
  entropyScale,
  pixelOf,
  probabilityScale,
  similarityScale,
} from './colour-map.ts';
import type { Layer } from './layer-name.ts';

/** What a layer is painted from: a finished result, or the live arrays of a run. */
export type LayerGrid = Pick<
  AnalysisResult,
  | 'region'
  | 'cellSize'
  | 'columns'
  | 'rows'
  | 'classNames'
  | 'status'
  | 'probabilities'
  | 'entropy'
  | 'familiarity'
  | 'similarity'
>;

/** The scale of a layer of values, or null for layers that have none (or when the result lacks what the layer shows). */
export function scaleOf(layer: Layer, grid: LayerGrid, colours: readonly string[]): ColourScale | null {
  if (layer.kind === 'entropy') return entropyScale;
  if (layer.kind === 'similarity') return similarityScale;
  if (layer.kind === 'contrast') return contrastScale;
  if (layer.kind !== 'class') return null;
  const index = grid.classNames.indexOf(layer.className);
  const colour = classColours(grid.classNames.length, colours)[index];
  return colour === undefined ? null : probabilityScale(colour);
}

/** The pixel of a done cell by its number (row * columns + column); 0 where the layer has nothing to show. */
export function cellPixels(layer: Layer, grid: LayerGrid, colours: readonly string[]): (cell: number) => number {
  const classes = grid.classNames.length;
  if (layer.kind === 'classes') {
    const pixels = Uint32Array.from(classColours(classes, colours), packPixel);
    return (cell) => pixels[likeliestClass(grid, cell)] ?? 0;
  }
  const scale = scaleOf(layer, grid, colours);
  const values = valuesOf(layer, grid);
  return scale === null || values === null ? () => 0 : (cell) => pixelOf(scale, values(cell));
}

function valuesOf(layer: Layer, grid: LayerGrid): ((cell: number) => number) | null {
  const from = (values: Float32Array) => (cell: number) => values[cell] ?? Number.NaN;
  if (layer.kind === 'entropy') return from(grid.entropy);
  if (layer.kind === 'class') {
    const classes = grid.classNames.length;
    const index = grid.classNames.indexOf(layer.className);
    return index < 0 ? null : (cell) => grid.probabilities[cell * classes + index] ?? Number.NaN;
  }
  if (layer.kind !== 'similarity' && layer.kind !== 'contrast') return null;
  const pair = grid.similarity.find(({ fine, coarse }) => fine === layer.fine && coarse === layer.coarse);
  return pair === undefined ? null : from(layer.kind === 'similarity' ? pair.aligned : pair.contrast);
}
