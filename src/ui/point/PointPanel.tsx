// The answer for the spot that was clicked. While the next one is read the last one stays, so that nothing jumps.

import { lazy, Suspense, useState } from 'react';
import type { PointDone, PointState } from '../../state/app-state.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { Panel } from '../parts/Panel.tsx';
import { Obstacle, obstacleOf } from '../slide/Obstacle.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

const PointAnswer = lazy(async () => ({ default: (await import('./PointAnswer.tsx')).PointAnswer }));

export function PointPanel() {
  return (
    <Panel title={panelStrings.point.heading}>
      <PointBody />
    </Panel>
  );
}

function PointBody() {
  const { clearPoint } = useActions();
  const point = useAppState((state) => state.point);
  const shown = useLastAnswer(point);
  const words = panelStrings.point;
  if (point.status === 'none') return <EmptyPoint />;
  return (
    <div className="stack" aria-busy={point.status === 'reading'}>
      {point.status === 'reading' && (
        <div className="working">
          <progress aria-label={words.reading} />
          {shown === null && <p className="hint">{words.reading}</p>}
        </div>
      )}
      {point.status === 'failed' && (
        <p className="callout">
          <strong>{words.failed}</strong> {point.failure.message}
        </p>
      )}
      {point.status !== 'failed' && shown !== null && (
        <Suspense fallback={<p className="hint">{strings.loading}</p>}>
          <PointAnswer answer={shown} />
        </Suspense>
      )}
      {point.status !== 'reading' && (
        <button type="button" onClick={clearPoint}>
          {words.clear}
        </button>
      )}
    </div>
  );
}

function EmptyPoint() {
  const isReady = useAppState((state) => obstacleOf(state) === null);
  if (!isReady) return <Obstacle />;
  return (
    <p className="hint">
      {panelStrings.point.empty} {panelStrings.point.emptyKeyboard}
    </p>
  );
}

/** The newest answer since the last time there was no point. */
function useLastAnswer(point: PointState): PointDone | null {
  const [last, setLast] = useState<PointDone | null>(null);
  const next = point.status === 'done' ? point : point.status === 'none' ? null : last;
  if (next !== last) setLast(next);
  return next;
}
