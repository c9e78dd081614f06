// A one-line form: a labelled field and the button that sends what is in it.

import { useId } from 'react';

interface TextFormProps {
  readonly label: string;
  readonly hint?: string;
  readonly button: string;
  readonly onSubmit: (text: string) => void;
}

export function TextForm({ label, hint, button, onSubmit }: TextFormProps) {
  const id = useId();
  return (
    <form
      className="text-form"
      onSubmit={(event) => {
        event.preventDefault();
        const text = new FormData(event.currentTarget).get('text');
        if (typeof text === 'string' && text.trim() !== '') onSubmit(text.trim());
      }}
    >
      <label htmlFor={id}>{label}</label>
      <div className="row">
        <input
          id={id}
          name="text"
          type="text"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        />
        <button type="submit">{button}</button>
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </form>
  );
}
