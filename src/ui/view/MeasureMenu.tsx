// Measuring: which tool is chosen, and what was measured so far.

import { useId } from 'react';
import { perimeterOf } from '../../pyramid/measure.ts';
import type { Measurement } from '../../state/view/measure-state.ts';
import { measuredText, pixelSizeOf } from '../../state/view/measuring.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { formatMicrons } from '../parts/format.ts';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

const words = panelStrings.measure;

export function MeasureMenu() {
  const id = useId();
  const { startMeasuring, clearMeasurements } = useActions();
  const tool = useAppState((state) => state.measure.tool);
  const done = useAppState((state) => state.measure.done);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={words.button}
        title={words.button}
        data-active={tool !== null || undefined}
        popoverTarget={id}
      >
        <Icon name="measure" />
      </button>
      <div id={id} popover="auto" className="popover measure-menu" role="dialog" aria-label={words.button}>
        <div className="row">
          {(['distance', 'area'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={tool === kind}
              popoverTarget={id}
              popoverTargetAction="hide"
              onClick={() => startMeasuring(kind)}
            >
              {words[kind]}
            </button>
          ))}
        </div>
        <h3>{words.list}</h3>
        {done.length === 0 ? (
          <p className="hint">{words.empty}</p>
        ) : (
          <>
            <ul className="measurements">
              {done.map((measurement, index) => (
                <Measured key={measurement.id} measurement={measurement} number={index + 1} />
              ))}
            </ul>
            <button type="button" onClick={clearMeasurements}>
              {words.clear}
            </button>
          </>
        )}
      </div>
    </>
  );
}

function Measured({ measurement, number }: { readonly measurement: Measurement; readonly number: number }) {
  const { removeMeasurement } = useActions();
  const slide = useAppState((state) => shownSlide(state)?.info ?? null);
  const size = slide === null ? null : pixelSizeOf(slide);
  const { id, kind, points } = measurement;
  const name = `${words.kind[kind]} ${number}`;
  return (
    <li>
      <span>{name}</span>
      <span className="number">
        {measuredText(kind, points, size)}
        {kind === 'area' && size !== null && (
          <span className="hint"> {words.around(formatMicrons(perimeterOf(points, size)))}</span>
        )}
      </span>
      <IconButton icon="close" name={words.remove(name)} onClick={() => removeMeasurement(id)} />
    </li>
  );
}

/** What to do next, over the slide, while something is drawn. */
export function MeasureHint() {
  const { finishMeasuring, undoMeasuring, stopMeasuring } = useActions();
  const tool = useAppState((state) => state.measure.tool);
  const corners = useAppState((state) => state.measure.corners.length);
  if (tool === null) return null;
  return (
    <div className="drawing-hint">
      <p>{words.drawing[tool]}</p>
      {corners > 0 && (
        <button type="button" onClick={undoMeasuring}>
          {words.undo}
        </button>
      )}
      {tool === 'area' && corners > 2 && (
        <button type="button" onClick={finishMeasuring}>
          {words.finish}
        </button>
      )}
      <button type="button" onClick={stopMeasuring}>
        {words.stop}
      </button>
    </div>
  );
}
