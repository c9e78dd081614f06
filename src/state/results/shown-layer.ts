// Which result layer is on screen, and how strong: checks names, offers what the model and its results have, and gives
// the viewer a painter over the live cells.

import { rangeOf } from '../../layers/cell-pixels.ts';
import { formatHex } from '../../layers/colour.ts';
import { formatLayer, layerNames, parseLayer } from '../../layers/layer-name.ts';
import { type LayerStyle, styledColours } from '../../layers/layer-style.ts';
import { type LayerPainter, layerPainter } from '../../layers/paint.ts';
import { Failure } from '../../lib/failure.ts';
import type { ResultView } from '../../results/result-grid.ts';
import type { AppContext } from '../app-context.ts';
import type { Models } from '../models.ts';
import type { Runs } from './runs.ts';

export interface ShownLayer {
  /** @throws Failure `bad-argument` for a name that is no layer, or that the loaded model does not have. */
  set(name: string): void;
  setOpacity(opacity: number): void;
  toggle(): void;
  /** @throws Failure `bad-argument` for a threshold that is not from 0 to 1. */
  setStyle(change: Partial<LayerStyle>): void;
  /** What paints the layer that is shown; null when none is. */
  painter(): LayerPainter | null;
  /** The colours of the loaded model's classes as they are painted, "#rrggbb"; empty without a model. */
  classColours(): readonly string[];
  /** The model changed: what it does not have is let go. */
  refreshNames(): void;
  /** A run has begun: shows its classes unless the user chose a layer before. */
  showFirst(): void;
  /** More cells are there. */
  repaint(): void;
  /** Tells the viewer what to paint, from the store and the results as they are. */
  apply(): void;
}

export function createShownLayer(context: AppContext, models: Models, runs: () => Runs): ShownLayer {
  const { store, viewer } = context;

  const names = (): readonly string[] => {
    const model = models.loaded();
    if (model === null) return ['none'];
    const { classNames, familiarityThreshold, similarityPairs } = model;
    return layerNames({ classNames, hasFamiliarity: familiarityThreshold !== null, pairs: similarityPairs });
  };

  /** A painter over the cells there are. */
  const painterOf = (cells: ResultView | null): LayerPainter | null => {
    const { name, visible, style } = store.getState().layer;
    const model = models.loaded();
    const layer = parseLayer(name);
    if (cells === null || model === null || layer === null || layer.kind === 'none' || !visible) return null;
    return layerPainter(layer, cells, model.classColors, style, runs().preliminary());
  };

  /** What the legend and the painter span, where the user wants it fitted: to the cells there are now. */
  const fitRange = () => {
    const { name, style } = store.getState().layer;
    const layer = parseLayer(name);
    const cells = runs().view();
    const range = style.fitted && layer !== null && cells !== null ? rangeOf(layer, cells) : null;
    if (range?.min === style.range?.min && range?.max === style.range?.max) return;
    store.setState((state) => ({ layer: { ...state.layer, style: { ...state.layer.style, range } } }));
  };

  const apply = () => {
    fitRange();
    viewer.setLayer(painterOf(runs().view()), store.getState().layer.opacity);
  };

  return {
    set(name) {
      const layer = parseLayer(name);
      if (layer === null) {
        throw new Failure(
          'bad-argument',
          `"${name}" is not a layer. Use none, classes, class:NAME, entropy, familiarity, similarity:FINE-COARSE or contrast:FINE-COARSE.`,
        );
      }
      const exact = formatLayer(layer);
      if (models.loaded() !== null && !names().includes(exact)) {
        throw new Failure('bad-argument', `The model has no layer "${name}". Choose one of ${names().join(', ')}.`);
      }
      store.setState((state) => ({ layer: { ...state.layer, name: exact, visible: true } }));
      apply();
    },
    setOpacity(opacity) {
      if (!(opacity >= 0 && opacity <= 1)) {
        throw new Failure('bad-argument', `An opacity of ${opacity} is not possible. Use a number from 0 to 1.`);
      }
      store.setState((state) => ({ layer: { ...state.layer, opacity } }));
      viewer.setLayerOpacity(opacity);
    },
    toggle() {
      store.setState((state) => ({ layer: { ...state.layer, visible: !state.layer.visible } }));
      apply();
    },
    setStyle(change) {
      const { threshold } = change;
      if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) {
        throw new Failure('bad-argument', `A threshold of ${threshold} is not possible. Use a number from 0 to 1.`);
      }
      store.setState((state) => ({ layer: { ...state.layer, style: { ...state.layer.style, ...change } } }));
      apply();
    },
    painter: () => painterOf(runs().results() ?? runs().view()),
    classColours() {
      const model = models.loaded();
      const { style } = store.getState().layer;
      return model === null ? [] : styledColours(model.classNames, model.classColors, style).map(formatHex);
    },
    refreshNames() {
      const offered = names();
      store.setState((state) => ({
        layerNames: offered,
        layer: offered.includes(state.layer.name) ? state.layer : { ...state.layer, name: 'none' },
      }));
      apply();
    },
    showFirst() {
      store.setState((state) => (state.layer.name === 'none' ? { layer: { ...state.layer, name: 'classes' } } : {}));
      apply();
    },
    repaint: () => viewer.repaintLayer(),
    apply,
  };
}
