// How the shown layer is drawn: which classes and in which colours, from which value on, in cells or smooth, and the colour
// map of values. Each change repaints and computes nothing.

import { useId } from 'react';
import { distinctColours } from '../../layers/colour-map.ts';
import { parseLayer } from '../../layers/layer-name.ts';
import { divergingMaps, sequentialMaps } from '../../layers/palettes.ts';
import { useActions, useAppState, useClassColours } from '../app-context.tsx';
import { formatWholePercent, humanClassName } from '../parts/format.ts';
import { RangeField } from '../parts/RangeField.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

export function LayerStyleFields() {
  const { setLayerStyle } = useActions();
  const { threshold, smooth, fitted } = useAppState((state) => state.layer.style);
  const kind = useAppState((state) => parseLayer(state.layer.name)?.kind ?? 'none');
  const words = panelStrings.layer;
  if (kind === 'none') return null;
  const isSigned = kind === 'similarity' || kind === 'contrast';
  return (
    <>
      {kind === 'classes' && <ClassRows />}
      {kind !== 'classes' && <PaletteField isSigned={isSigned} />}
      <RangeField
        label={words.threshold}
        value={threshold}
        text={isSigned ? threshold.toFixed(2) : formatWholePercent(threshold)}
        step={0.01}
        {...(isSigned ? { hint: words.thresholdHint } : {})}
        onChange={(value) => setLayerStyle({ threshold: value })}
      />
      {kind !== 'classes' && (
        <EitherField
          title={words.range}
          no={words.fixedRange}
          yes={words.fittedRange}
          value={fitted}
          onChange={(value) => setLayerStyle({ fitted: value })}
        />
      )}
      <EitherField
        title={words.drawing}
        no={words.blocky}
        yes={words.smooth}
        value={smooth}
        onChange={(value) => setLayerStyle({ smooth: value })}
      />
    </>
  );
}

interface EitherFieldProps {
  readonly title: string;
  readonly no: string;
  readonly yes: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** One of two ways. */
function EitherField({ title, no, yes, value, onChange }: EitherFieldProps) {
  const name = useId();
  return (
    <fieldset className="choice choice-row">
      <legend>{title}</legend>
      {[false, true].map((option) => (
        <label key={String(option)}>
          <input type="radio" name={name} checked={value === option} onChange={() => onChange(option)} />
          {option ? yes : no}
        </label>
      ))}
    </fieldset>
  );
}

/** One row a class: on the map or not, and its colour. */
function ClassRows() {
  const { setLayerStyle } = useActions();
  const { hidden, colours: own } = useAppState((state) => state.layer.style);
  const classNames = useAppState((state) => usedModel(state)?.classNames ?? none);
  const colours = useClassColours();
  const words = panelStrings.layer;
  const distinct = Object.fromEntries(
    classNames.slice(0, distinctColours.length).map((name, index) => [name, distinctColours[index] ?? '']),
  );
  return (
    <fieldset className="class-rows">
      <legend>{words.classesShown}</legend>
      <ul>
        {classNames.map((name, index) => {
          const title = humanClassName(name);
          const shown = !hidden.includes(name);
          return (
            <li key={name}>
              <label className="check">
                <input
                  type="checkbox"
                  aria-label={words.classShown(title)}
                  checked={shown}
                  onChange={() =>
                    setLayerStyle({ hidden: shown ? [...hidden, name] : hidden.filter((other) => other !== name) })
                  }
                />
                {title}
              </label>
              <input
                type="color"
                aria-label={words.classColour(title)}
                value={colours[index] ?? '#808080'}
                onChange={({ currentTarget }) => setLayerStyle({ colours: { ...own, [name]: currentTarget.value } })}
              />
            </li>
          );
        })}
      </ul>
      <div className="row">
        <button type="button" onClick={() => setLayerStyle({ colours: distinct })}>
          {words.distinctColours}
        </button>
        <button type="button" disabled={Object.keys(own).length === 0} onClick={() => setLayerStyle({ colours: {} })}>
          {words.modelColours}
        </button>
      </div>
    </fieldset>
  );
}

const none: readonly string[] = [];

function PaletteField({ isSigned }: { readonly isSigned: boolean }) {
  const { setLayerStyle } = useActions();
  const chosen = useAppState(({ layer: { style } }) => (isSigned ? style.diverging : style.sequential));
  const maps = isSigned ? divergingMaps : sequentialMaps;
  const words = panelStrings.layer;
  return (
    <SelectField
      label={words.palette}
      value={chosen?.name ?? ''}
      onChange={(value) => {
        const map = maps.find(({ name }) => name === value) ?? null;
        setLayerStyle(isSigned ? { diverging: map } : { sequential: map });
      }}
    >
      <option value="">{words.standardPalette}</option>
      {maps.map(({ name }) => (
        <option key={name} value={name}>
          {words.palettes[name as keyof typeof words.palettes]}
        </option>
      ))}
    </SelectField>
  );
}
