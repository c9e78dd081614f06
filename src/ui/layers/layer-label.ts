// Layers as people read them, and the groups they are listed in; the names themselves are layers/layer-name.ts.

import { type Layer, parseLayer } from '../../layers/layer-name.ts';
import { magnificationOf } from '../../pyramid/magnification.ts';
import type { AppState } from '../../state/app-state.ts';
import type { LegendWords } from '../../state/results/picture.ts';
import { formatArea, formatCount, formatMagnification, formatPercent, humanClassName } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';

/** Words of a legend in a picture: what it is of, with the threshold where one holds, and what is hatched. */
export function legendWords({ name, style: { threshold } }: Pick<AppState['layer'], 'name' | 'style'>): LegendWords {
  const words = panelStrings.layer;
  const title = layerLabel(name);
  return {
    title: threshold > 0 ? `${title} · ${words.above(threshold.toFixed(2))}` : title,
    className: humanClassName,
    share: formatPercent,
    areaMm2: formatArea,
    hidden: words.hiddenClass,
    unlikeBelow: words.unlikeBelow,
    unread: (cells) => `${words.unread} · ${formatCount(cells)}`,
  };
}

/** What a person calls the layer of this name. */
export function layerLabel(name: string): string {
  const layer = parseLayer(name);
  return layer === null ? name : labelOf(layer);
}

function labelOf(layer: Layer): string {
  const words = panelStrings.layer;
  switch (layer.kind) {
    case 'class':
      return words.probability(humanClassName(layer.className));
    case 'similarity':
    case 'contrast':
      return words[layer.kind](powerOf(layer.fine), powerOf(layer.coarse));
    default:
      return words[layer.kind];
  }
}

/** A spacing as it is called everywhere beside the slide: "20×". */
function powerOf(spacing: number): string {
  return formatMagnification(magnificationOf(spacing));
}

export interface LayerGroup {
  readonly title: string;
  readonly names: readonly string[];
}

/** Layer names sorted into groups with headings, in the order they came; empty groups are left out. */
export function groupLayers(names: readonly string[]): readonly LayerGroup[] {
  const words = panelStrings.layer;
  const groups = [
    { title: words.groupMap, kinds: ['none', 'classes', 'entropy', 'familiarity'] },
    { title: words.groupProbability, kinds: ['class'] },
    { title: words.groupSimilarity, kinds: ['similarity', 'contrast'] },
  ];
  return groups
    .map(({ title, kinds }) => ({
      title,
      names: names.filter((name) => kinds.includes(parseLayer(name)?.kind ?? 'none')),
    }))
    .filter((group) => group.names.length > 0);
}
