// Which result layer lies over the slide, and how strong. The legend lies on the slide itself (Legend.tsx).

import { lazy, Suspense } from 'react';
import { useActions, useAppState } from '../app-context.tsx';
import { Panel } from '../parts/Panel.tsx';
import { RangeField } from '../parts/RangeField.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { groupLayers, layerLabel } from './layer-label.ts';

const LayerStyleFields = lazy(async () => ({ default: (await import('./LayerStyleFields.tsx')).LayerStyleFields }));

export function LayersPanel() {
  const { setLayer, setLayerOpacity, toggleLayer } = useActions();
  const { name, opacity, visible } = useAppState((state) => state.layer);
  const names = useAppState((state) => state.layerNames);
  const hasResults = useAppState((state) => state.run.hasResults);
  const similarityOff = useAppState(({ model }) => (model.status === 'ready' ? model.details.similarityOff : null));
  const words = panelStrings.layer;
  return (
    <Panel title={words.heading}>
      <div className="stack">
        <SelectField label={words.label} value={name} onChange={setLayer}>
          {groupLayers(names).map((group) => (
            <optgroup key={group.title} label={group.title}>
              {group.names.map((option) => (
                <option key={option} value={option}>
                  {layerLabel(option)}
                </option>
              ))}
            </optgroup>
          ))}
        </SelectField>
        <RangeField
          label={words.opacity}
          value={opacity}
          text={`${Math.round(opacity * 100)}%`}
          step={0.05}
          onChange={setLayerOpacity}
        />
        {hasResults && (
          <Suspense>
            <LayerStyleFields />
          </Suspense>
        )}
        <div className="label-with-value">
          <label className="check">
            <input type="checkbox" checked={visible} onChange={toggleLayer} />
            {words.show}
          </label>
          <kbd title={words.showKey}>L</kbd>
        </div>
        {!hasResults && <p className="hint">{words.empty}</p>}
        {similarityOff !== null && <p className="hint">{similarityOff}</p>}
      </div>
    </Panel>
  );
}
