// The CSS colour of each class of a model: the very colours the class layer is painted in.

import { formatHex } from '../layers/colour.ts';
import { classColours } from '../layers/colour-map.ts';

/** One "#rrggbb" a class. */
export function cssClassColours(model: {
  readonly classNames: readonly string[];
  readonly classColors: readonly string[];
}): readonly string[] {
  return classColours(model.classNames.length, model.classColors).map(formatHex);
}
