// What a run covers and how: the whole slide or a rectangle (drawn, or what is on screen), step and method.

import { useState } from 'react';
import type { RunMode, RunStep } from '../../inference/inference.contract.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { shownSlide } from '../selectors.ts';
import { Obstacle, obstacleOf } from '../slide/Obstacle.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { sizeText } from './size-text.ts';

export function RunSetup() {
  const { startRun } = useActions();
  const region = useAppState((state) => state.region);
  // A rectangle that was asked for but is not drawn yet must not become a run over the whole slide.
  const awaitsRectangle = useAppState((state) => state.drawingRegion && state.region === null);
  const canStart = useAppState((state) => obstacleOf(state) === null) && !awaitsRectangle;
  const [step, setStep] = useState<RunStep>('half');
  const [mode, setMode] = useState<RunMode>('shared');
  const words = panelStrings.run;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        startRun({ step, mode, ...(region === null ? {} : { region }) });
      }}
    >
      <AreaChoice />
      <details className="fold">
        <summary>{words.options}</summary>
        <div className="stack">
          <SelectField label={words.step} value={step} onChange={(value) => setStep(value as RunStep)}>
            <option value="half">{words.stepHalf}</option>
            <option value="full">{words.stepFull}</option>
          </SelectField>
          <SelectField label={words.mode} value={mode} onChange={(value) => setMode(value as RunMode)}>
            <option value="shared">{words.modeShared}</option>
            <option value="exact">{words.modeExact}</option>
          </SelectField>
        </div>
      </details>
      <Obstacle />
      {awaitsRectangle && <p className="hint">{words.drawFirst}</p>}
      <button type="submit" className="primary" disabled={!canStart}>
        {words.start}
      </button>
    </form>
  );
}

/** Whole slide, or a rectangle; the rectangle can be had without dragging: from what is on screen. */
function AreaChoice() {
  const { setRegion, setRegionToView, setDrawingRegion } = useActions();
  const region = useAppState((state) => state.region);
  const drawing = useAppState((state) => state.drawingRegion);
  const slide = useAppState((state) => shownSlide(state)?.info ?? null);
  const words = panelStrings.run;
  const takeView = () => {
    setDrawingRegion(false);
    setRegionToView();
  };
  return (
    <fieldset className="choice" disabled={slide === null}>
      <legend>{words.area}</legend>
      <label>
        <input
          type="radio"
          name="area"
          checked={region === null && !drawing}
          onChange={() => {
            setDrawingRegion(false);
            setRegion(null);
          }}
        />
        {words.wholeSlide}
      </label>
      <label>
        <input type="radio" name="area" checked={region !== null || drawing} onChange={() => setDrawingRegion(true)} />
        {words.rectangle}
        {region !== null && slide !== null && <span className="hint">{sizeText(region, slide)}</span>}
      </label>
      <div className="row">
        <button type="button" aria-pressed={drawing} onClick={() => setDrawingRegion(!drawing)}>
          {words.draw}
        </button>
        <button type="button" onClick={takeView}>
          {words.useView}
        </button>
      </div>
    </fieldset>
  );
}
