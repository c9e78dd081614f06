// Results as files: a popover with one button a format.

import { useId } from 'react';
import type { ExportFormat } from '../../state/concentric.ts';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

const formats: readonly ExportFormat[] = ['geojson', 'csv', 'json', 'png'];

export function ExportMenu() {
  const id = useId();
  const { downloadResults, showReport } = useActions();
  const { showDialog } = useDialog();
  const isSlideOpen = useAppState((state) => shownSlide(state) !== null);
  const hasResults = useAppState((state) => state.run.hasResults);
  const isEnded = useAppState((state) => state.run.areaMm2 !== null);
  const words = panelStrings.export;
  return (
    <>
      <button type="button" className="quiet" popoverTarget={id}>
        {words.button}
        <Icon name="down" />
      </button>
      <div id={id} popover="auto" className="popover export-menu">
        {!hasResults && <p className="hint">{words.empty}</p>}
        <ul aria-label={words.button}>
          {formats.map((format) => (
            <li key={format}>
              <button
                type="button"
                className="quiet"
                disabled={!hasResults}
                popoverTarget={id}
                popoverTargetAction="hide"
                onClick={() => downloadResults(format)}
              >
                <strong>{words.formats[format].title}</strong> <span>{words.formats[format].hint}</span>
              </button>
            </li>
          ))}
          <li>
            <button
              type="button"
              className="quiet"
              disabled={!isSlideOpen}
              popoverTarget={id}
              popoverTargetAction="hide"
              onClick={() => showDialog('picture')}
            >
              <strong>{panelStrings.report.picture}</strong> <span>{panelStrings.report.pictureHint}</span>
            </button>
          </li>
          <li>
            <button
              type="button"
              className="quiet"
              disabled={!isEnded}
              popoverTarget={id}
              popoverTargetAction="hide"
              onClick={showReport}
            >
              <strong>{panelStrings.report.report}</strong> <span>{panelStrings.report.reportHint}</span>
            </button>
          </li>
        </ul>
      </div>
    </>
  );
}
