// How a user wants layers drawn: which classes, in which colours, from which value on, smooth or in cells, and the colour
// map of values. What the layers are is layer-name.ts; none of this changes a number.

import { parseHex, type Rgb } from './colour.ts';
import { classColours } from './colour-map.ts';
import type { ValueRange } from './value-range.ts';

/** A colour map of the user's choice (palettes.ts), with its colours, so that drawing needs no list of maps. */
export interface ColourMap {
  readonly name: string;
  /** "#rrggbb" in equal steps, least value first. */
  readonly colours: readonly string[];
}

export interface LayerStyle {
  /** The user's own colours, "#rrggbb" by class name; other classes keep the model's. */
  readonly colours: Readonly<Record<string, string>>;
  /** Names of classes that the class map leaves out. */
  readonly hidden: readonly string[];
  /**
   * 0..1. Only what is greater is painted, so that nothing (0) is never painted, but for familiarity, which 0 shows whole; of
   * signed values the size counts.
   */
  readonly threshold: number;
  /** True: scores are interpolated between the centres of cells, then coloured. False: a cell is one colour. */
  readonly smooth: boolean;
  /** For probabilities, uncertainty and, turned round, familiarity; null = each layer's own. */
  readonly sequential: ColourMap | null;
  /** For similarity and contrast; null = their own. */
  readonly diverging: ColourMap | null;
  /** True: colours span the values there are. False: each layer's fixed range, which means the same on every slide. */
  readonly fitted: boolean;
  /** What `fitted` found for the layer that is shown. */
  readonly range?: ValueRange | null;
}

export const plainStyle: LayerStyle = {
  colours: {},
  hidden: [],
  threshold: 0,
  smooth: false,
  sequential: null,
  diverging: null,
  fitted: false,
};

/** One colour a class: the user's, else the model's (`given`, CSS hex), else one of a palette. */
export function styledColours(classNames: readonly string[], given: readonly string[], style: LayerStyle): Rgb[] {
  return classColours(classNames.length, given).map(
    (colour, index) => parseHex(style.colours[classNames[index] ?? ''] ?? '') ?? colour,
  );
}
