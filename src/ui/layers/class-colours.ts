// The CSS colour of each class of a model: the very colours the class layer is painted in.

import { formatHex } from '../../layers/colour.ts';
import { type LayerStyle, styledColours } from '../../layers/layer-style.ts';

/** One "#rrggbb" a class. */
export function cssClassColours(
  model: { readonly classNames: readonly string[]; readonly classColors: readonly string[] },
  style: LayerStyle,
): readonly string[] {
  return styledColours(model.classNames, model.classColors, style).map(formatHex);
}
