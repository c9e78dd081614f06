// Which result layer lies over the slide, and how strong. The legend lies on the slide itself (Legend.tsx).

import { useActions, useAppState } from './app-context.tsx';
import { groupLayers, layerLabel } from './layer-label.ts';
import { Panel } from './Panel.tsx';
import { strings } from './strings.ts';

export function LayersPanel() {
  const { setLayer, setLayerOpacity, toggleLayer } = useActions();
  const { name, opacity, visible } = useAppState((state) => state.layer);
  const names = useAppState((state) => state.layerNames);
  const hasResults = useAppState((state) => state.run.hasResults);
  const similarityOff = useAppState(({ model }) => (model.status === 'ready' ? model.details.similarityOff : null));
  const words = strings.layer;
  return (
    <Panel title={words.heading}>
      <div className="stack">
        <label className="field">
          <span>{words.label}</span>
          <select value={name} onChange={({ currentTarget }) => setLayer(currentTarget.value)}>
            {groupLayers(names).map((group) => (
              <optgroup key={group.title} label={group.title}>
                {group.names.map((option) => (
                  <option key={option} value={option}>
                    {layerLabel(option)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="label-with-value">
            <span>{words.opacity}</span> <output aria-hidden="true">{Math.round(opacity * 100)}%</output>
          </span>
          <input
            type="range"
            aria-label={words.opacity}
            aria-valuetext={`${Math.round(opacity * 100)}%`}
            min={0}
            max={1}
            step={0.05}
            value={opacity}
            onChange={({ currentTarget }) => setLayerOpacity(currentTarget.valueAsNumber)}
          />
        </label>
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
