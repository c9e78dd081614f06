// The dialog in which the user sets the scale of a slide, by one of three ways (ScaleWays.tsx). Never guessed.

import { useState } from 'react';
import type { PixelSize } from '../../pyramid/measure.ts';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { formatPixelSize } from '../parts/format.ts';
import { shownSlide } from '../selectors.ts';
import { strings } from '../strings/strings.ts';
import { ByLine, ByNumber, ByObjective } from './ScaleWays.tsx';

const ways = ['number', 'objective', 'line'] as const;
type Way = (typeof ways)[number];

export function ScaleDialog() {
  const { calibrate, forgetKnownLine, startMeasuring } = useActions();
  const { showDialog } = useDialog();
  const slide = useAppState((state) => shownSlide(state)?.info ?? null);
  const line = useAppState((state) => state.measure.knownLine);
  const resultsGo = useAppState((state) => state.run.hasResults || state.point.status === 'done');
  const [way, setWay] = useState<Way>(line === null ? 'number' : 'line');
  const [problem, setProblem] = useState<string | null>(null);
  const words = strings.scale;
  const close = () => {
    showDialog(null);
    forgetKnownLine();
  };
  const apply = (size: PixelSize | null) => {
    calibrate(size);
    close();
  };
  const read = { number: ByNumber.read, objective: ByObjective.read, line: ByLine.read(line, slide) }[way];
  const now = slide === null ? null : formatPixelSize(slide);
  const source = slide?.mppSource ?? null;
  return (
    <Dialog title={words.title} onClose={close}>
      <form
        className="stack scale-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const size = read(new FormData(event.currentTarget));
          setProblem(size === null ? (way === 'line' ? words.lineInvalid : words.invalid) : null);
          if (size !== null) apply(size);
        }}
      >
        <p>{now === null || source === null ? words.nowUnknown : words.now(now, strings.slide.mppSource[source])}</p>
        <fieldset className="choice">
          <legend>{words.way}</legend>
          {ways.map((name) => (
            <label key={name}>
              <input type="radio" name="way" checked={way === name} onChange={() => setWay(name)} />
              {{ number: words.byNumber, objective: words.byObjective, line: words.byLine }[name]}
            </label>
          ))}
        </fieldset>
        {way === 'number' && <ByNumber.Fields size={slide} invalid={problem !== null} />}
        {way === 'objective' && <ByObjective.Fields />}
        {way === 'line' && (
          <ByLine.Fields
            line={line}
            slide={slide}
            onDraw={() => {
              showDialog(null);
              startMeasuring('calibration');
            }}
          />
        )}
        <p className="field-error" role="alert">
          {problem}
        </p>
        {resultsGo && <p className="callout">{words.resultsGo}</p>}
        <p className="hint">{words.kept}</p>
        <div className="row dialog-actions">
          {source === 'user' && (
            <button type="button" onClick={() => apply(null)}>
              {words.own}
            </button>
          )}
          <button type="button" onClick={close}>
            {strings.cancel}
          </button>
          <button type="submit" className="primary" disabled={way === 'line' && line === null}>
            {words.apply}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
