// Analysis of a whole slide or of a rectangle: set up, watch, pause, cancel, and read the areas at the end.

import { useActions, useAppState } from '../app-context.tsx';
import { formatCount, formatMoment } from '../parts/format.ts';
import { Panel } from '../parts/Panel.tsx';
import { isRunGoing, shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { AreaTable } from './AreaTable.tsx';
import { DoubtFacts } from './DoubtFacts.tsx';
import { RunProgress } from './RunProgress.tsx';
import { RunSetup } from './RunSetup.tsx';
import { sizeText } from './size-text.ts';

export function RunPanel() {
  const going = useAppState(isRunGoing);
  return (
    <Panel title={panelStrings.run.heading}>
      {!going && <BrokenOff />}
      {going ? <RunProgress /> : <RunSetup />}
      {!going && <RunOutcome />}
    </Panel>
  );
}

/** A run that a closed tab left in the middle. */
function BrokenOff() {
  const { goOnWithRun, showBrokenOff, discardBrokenOff } = useActions();
  const slide = useAppState(shownSlide)?.info ?? null;
  const brokenOff = useAppState((state) => state.brokenOff);
  const words = panelStrings.run;
  if (brokenOff === null) return null;
  const { region, done, total, savedAt } = brokenOff;
  const area = region === null || slide === null ? null : sizeText(region, slide);
  return (
    <section className="callout stack" aria-label={words.brokenOffHeading}>
      <p>{words.brokenOff(area, formatCount(done), formatCount(total), formatMoment(savedAt))}</p>
      <div className="row">
        <button type="button" className="primary" onClick={goOnWithRun}>
          {words.goOn}
        </button>
        {region !== null && (
          <button type="button" onClick={showBrokenOff}>
            {words.showRectangle}
          </button>
        )}
        <button type="button" onClick={discardBrokenOff}>
          {words.discard}
        </button>
      </div>
    </section>
  );
}

/** How the last run ended, with what it measured. */
function RunOutcome() {
  const { retryUnread, clearAnalysis } = useActions();
  const run = useAppState((state) => state.run);
  const words = panelStrings.run;
  return (
    <>
      {run.status === 'complete' && <p>{words.complete(run.done, formatCount(run.done))}</p>}
      {run.status === 'cancelled' && <p>{words.cancelled(formatCount(run.done), formatCount(run.total))}</p>}
      {run.status === 'failed' && (
        <p className="callout">
          <strong>{words.failed}</strong> {run.failure?.message}
        </p>
      )}
      {run.unread > 0 && (
        <div className="stack">
          <p className="hint">{words.unread(run.unread, formatCount(run.unread))}</p>
          <button type="button" className="self-start" onClick={retryUnread}>
            {words.retryUnread}
          </button>
        </div>
      )}
      {run.areaMm2 !== null && <AreaTable areaMm2={run.areaMm2} />}
      {run.doubt !== null && run.done > 0 && <DoubtFacts doubt={run.doubt} />}
      {run.hasResults && (
        <button type="button" className="self-start" onClick={clearAnalysis}>
          {words.clear}
        </button>
      )}
    </>
  );
}
