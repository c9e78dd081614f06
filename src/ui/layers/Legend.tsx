// What the colours on the slide mean, on the slide itself while a result layer is shown. The colours come from
// layers/legend.ts; areas and shares from the cells there are so far.

import { useMemo } from 'react';
import { parseLayer } from '../../layers/layer-name.ts';
import type { LayerStyle } from '../../layers/layer-style.ts';
import { type Legend as LegendData, legendOf } from '../../layers/legend.ts';
import type { ModelDetails } from '../../model/model-info.ts';
import { useAppState } from '../app-context.tsx';
import { formatArea, formatCount, formatPercent, humanClassName } from '../parts/format.ts';
import { Icon } from '../parts/Icon.tsx';
import { shownSlide, unlikeLimit, usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { layerLabel } from './layer-label.ts';
import { Ramp } from './Ramp.tsx';
import { Swatch } from './Swatch.tsx';

/** There an open legend would hide most of the slide: it begins folded. */
const isNarrow: MediaQueryList = window.matchMedia('(max-width: 40rem)');

export function Legend() {
  const name = useAppState(({ layer, run }) => (layer.visible && run.hasResults ? layer.name : 'none'));
  const isSlideOpen = useAppState((state) => shownSlide(state) !== null);
  const model = useAppState(usedModel);
  const unread = useAppState((state) => state.run.unread);
  const style = useAppState((state) => state.layer.style);
  const unlikeBelow = useAppState(unlikeLimit);
  const legend = useMemo(
    () => (model === null ? null : legendOfModel(name, model, style, unlikeBelow)),
    [name, model, style, unlikeBelow],
  );
  if (legend === null || !isSlideOpen) return null;
  return (
    <section className="legend" aria-label={panelStrings.layer.legend}>
      <details open={!isNarrow.matches}>
        <summary>
          <h2>{layerLabel(name)}</h2>
          <Icon name="down" />
        </summary>
        {legend.kind === 'ramp' ? (
          <>
            <Ramp colours={legend.colours} ticks={legend.ticks} limit={legend.limit} label={layerLabel(name)} />
            {legend.limit !== null && <p className="hint">{panelStrings.layer.unlikeBelow(legend.limit.label)}</p>}
            {style.threshold > 0 && <p className="hint">{panelStrings.layer.above(style.threshold.toFixed(2))}</p>}
          </>
        ) : (
          <ClassSwatches legend={legend} />
        )}
        {unread > 0 && (
          <p className="legend-unread">
            <span className="swatch swatch-unread" aria-hidden="true" /> {panelStrings.layer.unread}{' '}
            {formatCount(unread)}
          </p>
        )}
      </details>
    </section>
  );
}

function ClassSwatches({ legend }: { readonly legend: LegendData & { kind: 'classes' } }) {
  const classCells = useAppState((state) => state.run.classCells);
  const cellMm2 = useAppState((state) => state.run.cellMm2);
  const total = classCells.reduce((sum, cells) => sum + cells, 0);
  return (
    <ul className="legend-classes">
      {legend.swatches.map(({ className, colour, hidden }, index) => {
        const cells = classCells[index] ?? 0;
        return (
          <li key={className} data-hidden={hidden || undefined}>
            <Swatch color={colour} />
            <span>
              {humanClassName(className)}
              {hidden && ` (${panelStrings.layer.hiddenClass})`}
            </span>
            {cellMm2 !== null && (
              <span className="legend-numbers">
                <span>{formatArea(cells * cellMm2)}</span>
                <span>{formatPercent(total > 0 ? cells / total : 0)}</span>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The legend of a layer of this model before any cell is counted: colours and scales do not depend on the cells. */
function legendOfModel(
  name: string,
  model: ModelDetails,
  style: LayerStyle,
  unlikeBelow: number | null,
): LegendData | null {
  const layer = parseLayer(name);
  if (layer === null) return null;
  const nothing = new Float32Array(0);
  const grid = {
    region: { x: 0, y: 0, width: 0, height: 0 },
    cellSize: 1,
    columns: 0,
    rows: 0,
    classNames: model.classNames,
    status: new Uint8Array(0),
    probabilities: nothing,
    entropy: nothing,
    familiarity: null,
    similarity: model.similarityPairs.map((pair) => ({ ...pair, aligned: nothing, contrast: nothing })),
  };
  return legendOf(layer, grid, model.classColors, style, unlikeBelow);
}
