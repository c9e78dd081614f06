// A labelled slider from 0 to 1 whose value stands in words beside the label.

import { useId } from 'react';

interface RangeFieldProps {
  readonly label: string;
  /** 0..1. */
  readonly value: number;
  /** The value as it reads. */
  readonly text: string;
  readonly step: number;
  readonly hint?: string;
  readonly onChange: (value: number) => void;
}

export function RangeField({ label, value, text, step, hint, onChange }: RangeFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <div className="label-with-value">
        <label htmlFor={id}>{label}</label>
        <span>{text}</span>
      </div>
      <input
        id={id}
        type="range"
        aria-valuetext={text}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        min={0}
        max={1}
        step={step}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
