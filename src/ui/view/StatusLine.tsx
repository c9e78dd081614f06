// What a screen reader hears of the view, the point and the run: one polite live region each, never seen, quiet until
// things have settled.

import { useEffect, useState } from 'react';
import { leadOf } from '../../results/point-record.ts';
import type { AppState } from '../../state/app-state.ts';
import { measuredText, pixelSizeOf } from '../../state/view/measuring.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';
import { useAppState } from '../app-context.tsx';
import { formatLength, formatMagnification, formatPercent, humanClassName } from '../parts/format.ts';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

/** A view that moves is not read out until it has rested this long. */
const settleMs = 700;
/** A run is read out at every such part, in percent. */
const runPartPercent = 10;

export function StatusLine() {
  return (
    <div className="visually-hidden">
      <LiveText label={panelStrings.view.status} text={useSettled(useAppState(viewText))} />
      <LiveText label={panelStrings.point.status} text={useAppState(pointText)} />
      <LiveText label={panelStrings.measure.status} text={useAppState(measureText)} />
      <LiveText label={panelStrings.run.status} text={useAppState(runText)} />
    </div>
  );
}

function LiveText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <p role="status" aria-label={label}>
      {text}
    </p>
  );
}

function viewText(state: AppState): string {
  const { view } = state;
  const slide = shownSlide(state);
  if (view === null || slide === null) return '';
  const { mppX, mppY } = slide.info;
  if (mppX === null || mppY === null) return panelStrings.view.unscaled((100 * view.magnification).toPrecision(3));
  return panelStrings.view.statusText(
    formatMagnification(view.magnification),
    formatLength(view.x * mppX),
    formatLength(view.y * mppY),
    turnedText(view),
  );
}

function turnedText({ rotation, flipped }: ViewPosition): string {
  const words = panelStrings.view;
  const turned = rotation === undefined ? '' : words.statusTurned(words.degrees(String(Math.round(rotation))));
  return turned + (flipped === true ? words.statusFlipped : '');
}

function pointText({ point, model }: AppState): string {
  const words = panelStrings.point;
  if (point.status === 'none') return '';
  if (point.status === 'reading') return words.statusReading;
  if (point.status === 'failed') return words.statusFailed(point.failure.message);
  const { classification } = point;
  const lead = leadOf(classification);
  const limit = model.status === 'ready' ? model.details.familiarityThreshold : null;
  const isUnlike = classification.familiarity !== null && limit !== null && classification.familiarity < limit;
  const answer = words.statusDone(humanClassName(lead.name), formatPercent(lead.probability));
  return [isUnlike ? words.unlike : null, classification.uncertain ? words.uncertain : null, answer]
    .filter((part) => part !== null)
    .join('. ');
}

function measureText(state: AppState): string {
  const { tool, corners, done } = state.measure;
  const last = done.at(-1);
  const slide = shownSlide(state);
  if (tool !== null && corners.length === 0 && last === undefined) return panelStrings.measure.drawing[tool];
  if (last === undefined || slide === null) return '';
  const size = measuredText(last.kind, last.points, pixelSizeOf(slide.info));
  return panelStrings.measure.statusDone(panelStrings.measure.kind[last.kind], size);
}

function runText({ run }: AppState): string {
  const words = panelStrings.run;
  switch (run.status) {
    case 'idle':
      return '';
    case 'starting':
      return words.statusStarted;
    case 'running': {
      const percent = run.total > 0 ? (100 * run.done) / run.total : 0;
      const part = Math.floor(percent / runPartPercent) * runPartPercent;
      return part === 0 ? words.statusStarted : words.statusPart(part);
    }
    case 'paused':
      return words.statusPaused;
    case 'complete':
      return words.statusComplete;
    case 'cancelled':
      return words.statusCancelled;
    case 'failed':
      return `${words.statusFailed}. ${run.failure?.message ?? ''}`;
  }
}

/** The text as it was when it last stood still for a while. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
