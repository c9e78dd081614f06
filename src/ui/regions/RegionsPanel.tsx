// What the user marked on the slide: draw, name, colour, measure, run on it, exchange with QuPath.

import '../styles/regions.css';
import { lazy, Suspense } from 'react';
import { useActions, useAppState } from '../app-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Panel } from '../parts/Panel.tsx';
import { shownSlide } from '../selectors.ts';
import { FileButton } from '../slide/FileButton.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

const RegionList = lazy(async () => ({ default: (await import('./RegionList.tsx')).RegionList }));
const tools = ['rectangle', 'polygon', 'freehand'] as const;

export function RegionsPanel() {
  const { drawRegion, undoRegions, redoRegions, importRegions, exportRegions } = useActions();
  const tool = useAppState((state) => state.regions.tool);
  const canUndo = useAppState((state) => state.regions.canUndo);
  const canRedo = useAppState((state) => state.regions.canRedo);
  const isEmpty = useAppState((state) => state.regions.list.length === 0);
  const isSlideOpen = useAppState((state) => shownSlide(state) !== null);
  const words = panelStrings.regions;
  return (
    <Panel title={words.heading}>
      <div className="region-tools">
        <fieldset className="row" disabled={!isSlideOpen} aria-label={words.draw}>
          {tools.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={tool === name}
              onClick={() => drawRegion(tool === name ? null : name)}
            >
              {words.tools[name]}
            </button>
          ))}
        </fieldset>
        <div className="row">
          <button
            type="button"
            className="icon-button"
            aria-label={words.undo}
            disabled={!canUndo}
            onClick={undoRegions}
          >
            <Icon name="undo" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={words.redo}
            disabled={!canRedo}
            onClick={redoRegions}
          >
            <Icon name="redo" />
          </button>
        </div>
      </div>
      {isEmpty ? (
        <p className="hint">{words.empty}</p>
      ) : (
        <Suspense fallback={<p className="hint">{strings.loading}</p>}>
          <RegionList />
        </Suspense>
      )}
      {isSlideOpen && (
        <div className="row">
          <FileButton label={words.import} onFiles={([file]) => file !== undefined && importRegions(file)} />
          <button type="button" disabled={isEmpty} onClick={exportRegions}>
            {words.export}
          </button>
        </div>
      )}
    </Panel>
  );
}
