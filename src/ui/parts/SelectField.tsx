// A labelled select. Label and control stand side by side, not one in the other: a label that holds its select would
// take in the words of every option.

import { type ReactNode, useId } from 'react';

interface SelectFieldProps {
  readonly label: string;
  /** For a control whose heading already says what it is; screen readers still hear the label. */
  readonly isLabelHidden?: boolean;
  readonly value: string | number;
  readonly onChange: (value: string) => void;
  /** Options and groups of options. */
  readonly children: ReactNode;
}

export function SelectField(props: SelectFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={props.isLabelHidden ? 'visually-hidden' : undefined}>
        {props.label}
      </label>
      <select id={id} value={props.value} onChange={({ currentTarget }) => props.onChange(currentTarget.value)}>
        {props.children}
      </select>
    </div>
  );
}
