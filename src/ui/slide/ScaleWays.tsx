// Three ways to say how large a pixel is: its size, the objective (with what follows from that), or a line of known length
// on the slide. Each has its fields, and a function that reads them; null means that they make no sense yet.

import { useId, useState } from 'react';
import type { Point } from '../../pyramid/geometry.ts';
import { spacingOf } from '../../pyramid/magnification.ts';
import { lengthOf, type PixelSize, pixelSizeOfLine } from '../../pyramid/measure.ts';
import type { SlideInfo } from '../../slides/slide-source.ts';
import { formatCount, formatMagnification, formatPixelSize, formatSpacing } from '../parts/format.ts';
import { strings } from '../strings/strings.ts';
import { parseMpp, parsePositive } from './parse-size.ts';

const words = strings.scale;

/** um/px of the slide as it is, to start from. */
type KnownSize = Pick<SlideInfo, 'mppX' | 'mppY'> | null;

function NumberFields({ size, invalid }: { readonly size: KnownSize; readonly invalid: boolean }) {
  const id = useId();
  const [unequal, setUnequal] = useState(size !== null && size.mppX !== size.mppY);
  const field = (name: string, label: string, value: number | null | undefined) => (
    <>
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <div className="row with-unit">
        <input
          id={`${id}-${name}`}
          name={name}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          defaultValue={value == null ? '' : String(value)}
          aria-invalid={invalid}
          aria-describedby={`${id}-hint`}
        />
        <span aria-hidden="true">µm/px</span>
      </div>
    </>
  );
  return (
    <div className="scale-fields">
      {field('x', words.label, size?.mppX)}
      <label className="check">
        <input
          type="checkbox"
          name="unequal"
          checked={unequal}
          onChange={(event) => setUnequal(event.currentTarget.checked)}
        />
        {words.unequal}
      </label>
      {unequal && field('y', words.labelDown, size?.mppY)}
      <p id={`${id}-hint`} className="hint">
        {words.hint}
      </p>
    </div>
  );
}

function readNumber(form: FormData): PixelSize | null {
  const mppX = parseMpp(form.get('x'));
  const mppY = form.get('unequal') === null ? mppX : parseMpp(form.get('y'));
  return mppX === null || mppY === null ? null : { mppX, mppY };
}

export const ByNumber = { Fields: NumberFields, read: readNumber };

const objectives = [40, 20, 10, 5] as const;

function ObjectiveFields() {
  const id = useId();
  return (
    <div className="scale-fields">
      <label htmlFor={id}>{words.objective}</label>
      <select id={id} name="objective" defaultValue="20" aria-describedby={`${id}-warning`}>
        {objectives.map((objective) => (
          <option key={objective} value={objective}>
            {words.objectiveOption(formatMagnification(objective), formatSpacing(spacingOf(objective)))}
          </option>
        ))}
      </select>
      <p id={`${id}-warning`} className="callout">
        {words.objectiveWarning}
      </p>
    </div>
  );
}

function readObjective(form: FormData): PixelSize | null {
  const objective = parsePositive(form.get('objective'));
  if (objective === null) return null;
  const mpp = spacingOf(objective);
  return { mppX: mpp, mppY: mpp };
}

export const ByObjective = { Fields: ObjectiveFields, read: readObjective };

type Line = readonly [Point, Point] | null;

interface LineFieldsProps {
  readonly line: Line;
  readonly slide: KnownSize;
  readonly onDraw: () => void;
}

function LineFields({ line, slide, onDraw }: LineFieldsProps) {
  const id = useId();
  const [length, setLength] = useState('');
  const [unit, setUnit] = useState('1000');
  const size = sizeOf(line, slide, parsePositive(length), Number(unit));
  const pixels = line === null ? '' : formatCount(lengthOf(line, { mppX: 1, mppY: 1 }));
  return (
    <div className="scale-fields">
      <p className="hint">{words.lineHint}</p>
      <button type="button" onClick={onDraw}>
        {words.lineDraw}
      </button>
      {line !== null && (
        <>
          <label htmlFor={id}>{words.lineLength}</label>
          <div className="row with-unit">
            <input
              id={id}
              name="length"
              type="text"
              inputMode="decimal"
              autoComplete="off"
              value={length}
              onChange={(event) => setLength(event.currentTarget.value)}
            />
            <select
              name="unit"
              aria-label={words.lineUnit}
              value={unit}
              onChange={(event) => setUnit(event.currentTarget.value)}
            >
              <option value="1">µm</option>
              <option value="1000">mm</option>
            </select>
          </div>
          <output className="hint">
            {size === null ? words.linePixels(pixels) : words.lineResult(pixels, formatPixelSize(size) ?? '')}
          </output>
        </>
      )}
    </div>
  );
}

/** Pixels as square, or as much higher than wide, as they were. */
function sizeOf(line: Line, slide: KnownSize, length: number | null, micronsPerUnit: number): PixelSize | null {
  if (line === null || length === null) return null;
  const aspect = slide === null || slide.mppX === null || slide.mppY === null ? 1 : slide.mppY / slide.mppX;
  return pixelSizeOfLine(line[0], line[1], length * micronsPerUnit, aspect);
}

export const ByLine = {
  Fields: LineFields,
  read: (line: Line, slide: KnownSize) => (form: FormData) =>
    sizeOf(line, slide, parsePositive(form.get('length')), Number(form.get('unit'))),
};
