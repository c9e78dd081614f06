// A run on its way: how much, how fast, how long still; pause, resume, cancel.

import { useActions, useAppState } from '../app-context.tsx';
import { formatCount, formatRate, formatTimeLeft } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';

export function RunProgress() {
  const { pauseRun, resumeRun, cancelRun } = useActions();
  const run = useAppState((state) => state.run);
  const words = panelStrings.run;
  const isPaused = run.status === 'paused';
  const isStarting = run.status === 'starting' || run.total === 0;
  const facts = isStarting
    ? [words.starting]
    : [
        words.cells(formatCount(run.done), formatCount(run.total)),
        isPaused ? words.paused : run.cellsPerSecond > 0 ? words.rate(formatRate(run.cellsPerSecond)) : null,
        isPaused || run.secondsLeft === null ? null : words.left(formatTimeLeft(run.secondsLeft)),
        run.mapped > run.done ? words.preliminary : null,
      ];
  return (
    <div className="stack">
      {isStarting ? (
        <progress aria-label={words.progress} />
      ) : (
        <progress aria-label={words.progress} max={run.total} value={run.done} />
      )}
      <p className="run-facts">{facts.map((fact) => fact !== null && <span key={fact}>{fact}</span>)}</p>
      <div className="row">
        {isPaused ? (
          <button type="button" className="primary" onClick={resumeRun}>
            {words.resume}
          </button>
        ) : (
          <button type="button" disabled={isStarting} onClick={pauseRun}>
            {words.pause}
          </button>
        )}
        <button type="button" onClick={cancelRun}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
