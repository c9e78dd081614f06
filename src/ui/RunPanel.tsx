// Analysis of a whole slide or of a rectangle: set up, watch, pause, cancel, and read the areas at the end.

import { AreaTable } from './AreaTable.tsx';
import { useAppState } from './app-context.tsx';
import { formatCount } from './format.ts';
import { Panel } from './Panel.tsx';
import { panelStrings } from './panel-strings.ts';
import { RunProgress } from './RunProgress.tsx';
import { RunSetup } from './RunSetup.tsx';
import { isRunGoing } from './selectors.ts';

export function RunPanel() {
  const going = useAppState(isRunGoing);
  return (
    <Panel title={panelStrings.run.heading}>
      {going ? <RunProgress /> : <RunSetup />}
      {!going && <RunOutcome />}
    </Panel>
  );
}

/** How the last run ended, with what it measured. */
function RunOutcome() {
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
      {run.unread > 0 && <p className="hint">{words.unread(run.unread, formatCount(run.unread))}</p>}
      {run.areaMm2 !== null && <AreaTable areaMm2={run.areaMm2} />}
    </>
  );
}
