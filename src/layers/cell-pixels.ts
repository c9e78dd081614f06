// From the numbers of a cell to the pixel of a layer: class colours, or a colour scale over a value. Where cells lie and
// how they reach the screen is paint.ts and paint-smooth.ts.

import { type AnalysisResult, cellStatus } from '../results/analysis-result.ts';
import { packPixel } from './colour.ts';
import {
  type ColourScale,
  contrastScale,
  entropyScale,
  familiarityScale,
  pixelOf,
  probabilityScale,
  similarityScale,
  withColours,
} from './colour-map.ts';
import type { Layer } from './layer-name.ts';
import { type LayerStyle, styledColours } from './layer-style.ts';
import { fittedRange, type ValueRange, withRange } from './value-range.ts';

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

/** The numbers that a layer shows and the colour they make. */
export interface Colouring {
  /** Cell c's numbers are values[c * stride + offset + channel]. */
  readonly values: Float32Array;
  readonly stride: number;
  readonly offset: number;
  readonly channels: number;
  /** The packed pixel of `channels` numbers from `at` on; 0 = nothing to show. */
  pixelOf(numbers: Float32Array, at: number): number;
}

/** The scale of a layer of values, or null for layers that have none (or when the result lacks what the layer shows). */
export function scaleOf(
  layer: Layer,
  grid: Pick<LayerGrid, 'classNames'>,
  given: readonly string[],
  style: LayerStyle,
): ColourScale | null {
  const scale = fixedScaleOf(layer, grid, given, style);
  return scale === null ? null : withRange(scale, style.fitted ? (style.range ?? null) : null);
}

/** The values that a layer has of done cells; null where it has none, or colours no values. */
export function rangeOf(layer: Layer, grid: LayerGrid): ValueRange | null {
  const source = valuesOf(layer, grid);
  return source === null ? null : fittedRange(doneValues(source, grid.status));
}

function* doneValues({ values, stride, offset }: CellValues, status: Uint8Array): Generator<number> {
  for (let cell = 0; cell < status.length; cell++) {
    if (status[cell] === cellStatus.done) yield values[cell * stride + offset] ?? Number.NaN;
  }
}

function fixedScaleOf(
  layer: Layer,
  grid: Pick<LayerGrid, 'classNames'>,
  given: readonly string[],
  style: LayerStyle,
): ColourScale | null {
  if (layer.kind === 'similarity' || layer.kind === 'contrast') {
    const scale = layer.kind === 'similarity' ? similarityScale : contrastScale;
    return withColours(scale, style.diverging?.colours ?? null);
  }
  const sequential = (scale: ColourScale) => withColours(scale, style.sequential?.colours ?? null);
  if (layer.kind === 'entropy') return sequential(entropyScale);
  // The end of a map that means doubt in the layer of entropy means it here.
  if (layer.kind === 'familiarity')
    return withColours(familiarityScale, style.sequential?.colours.toReversed() ?? null);
  if (layer.kind !== 'class') return null;
  const colour = styledColours(grid.classNames, given, style)[grid.classNames.indexOf(layer.className)];
  return colour === undefined ? null : sequential(probabilityScale(colour));
}

/** Null where the layer has nothing to show. `given`: the model's class colours, CSS hex. */
export function colouringOf(
  layer: Layer,
  grid: LayerGrid,
  given: readonly string[],
  style: LayerStyle,
): Colouring | null {
  const classes = grid.classNames.length;
  const { threshold } = style;
  if (layer.kind === 'classes') {
    const isHidden = grid.classNames.map((name) => style.hidden.includes(name));
    const pixels = Uint32Array.from(styledColours(grid.classNames, given, style), (colour, index) =>
      isHidden[index] ? 0 : packPixel(colour),
    );
    return {
      values: grid.probabilities,
      stride: classes,
      offset: 0,
      channels: classes,
      pixelOf(numbers, at) {
        let best = -1;
        let highest = threshold;
        for (let index = 0; index < classes; index++) {
          const value = numbers[at + index] ?? 0;
          if (value > highest) {
            highest = value;
            best = index;
          }
        }
        return pixels[best] ?? 0;
      },
    };
  }
  const scale = scaleOf(layer, grid, given, style);
  const source = valuesOf(layer, grid);
  if (scale === null || source === null) return null;
  // A familiarity of 0 says the most: it is left out only where the user asks for it.
  const least = layer.kind === 'familiarity' && threshold === 0 ? Number.NEGATIVE_INFINITY : threshold;
  return {
    ...source,
    channels: 1,
    pixelOf(numbers, at) {
      const value = numbers[at] ?? Number.NaN;
      return Math.abs(value) > least ? pixelOf(scale, value) : 0;
    },
  };
}

type CellValues = Pick<Colouring, 'values' | 'stride' | 'offset'>;

function valuesOf(layer: Layer, grid: LayerGrid): CellValues | null {
  const plain = (values: Float32Array) => ({ values, stride: 1, offset: 0 });
  if (layer.kind === 'entropy') return plain(grid.entropy);
  if (layer.kind === 'familiarity') return grid.familiarity === null ? null : plain(grid.familiarity);
  if (layer.kind === 'class') {
    const offset = grid.classNames.indexOf(layer.className);
    return offset < 0 ? null : { values: grid.probabilities, stride: grid.classNames.length, offset };
  }
  if (layer.kind !== 'similarity' && layer.kind !== 'contrast') return null;
  const pair = grid.similarity.find(({ fine, coarse }) => fine === layer.fine && coarse === layer.coarse);
  return pair === undefined ? null : plain(layer.kind === 'similarity' ? pair.aligned : pair.contrast);
}
