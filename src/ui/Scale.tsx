// The scale of a slide that does not say it: a banner that waits without standing in the way, and the dialog in which
// the user types it. Never guessed.

import { useId, useState } from 'react';
import { useActions, useAppState, useDialog } from './app-context.tsx';
import { Dialog } from './Dialog.tsx';
import { shownSlide } from './selectors.ts';
import { strings } from './strings.ts';

export function ScaleBanner() {
  const unknown = useAppState((state) => shownSlide(state)?.info.mpp === null);
  const { showDialog } = useDialog();
  if (!unknown) return null;
  return (
    <section className="banner" aria-label={strings.scale.banner}>
      <p>{strings.scale.unknown}</p>
      <button type="button" onClick={() => showDialog('scale')}>
        {strings.scale.set}
      </button>
    </section>
  );
}

export function ScaleDialog() {
  const id = useId();
  const { calibrate } = useActions();
  const { showDialog } = useDialog();
  const known = useAppState((state) => shownSlide(state)?.info.mpp ?? null);
  const [invalid, setInvalid] = useState(false);
  const close = () => showDialog(null);
  return (
    <Dialog title={strings.scale.title} onClose={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const mpp = parseMpp(new FormData(event.currentTarget).get('mpp'));
          setInvalid(mpp === null);
          if (mpp === null) return;
          calibrate(mpp);
          close();
        }}
      >
        <label htmlFor={id}>{strings.scale.label}</label>
        <div className="row with-unit">
          <input
            id={id}
            name="mpp"
            type="text"
            inputMode="decimal"
            autoComplete="off"
            defaultValue={known === null ? '' : String(known)}
            aria-invalid={invalid}
            aria-describedby={`${id}-hint${invalid ? ` ${id}-error` : ''}`}
          />
          <span aria-hidden="true">µm/px</span>
        </div>
        <p id={`${id}-error`} className="field-error" role="alert">
          {invalid && strings.scale.invalid}
        </p>
        <p id={`${id}-hint`} className="hint">
          {strings.scale.hint}
        </p>
        <div className="row dialog-actions">
          <button type="button" onClick={close}>
            {strings.cancel}
          </button>
          <button type="submit" className="primary">
            {strings.scale.apply}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** um/px; a decimal comma is read as a point. Null when it makes no scale. */
function parseMpp(text: FormDataEntryValue | null): number | null {
  const mpp = typeof text === 'string' && text.trim() !== '' ? Number(text.trim().replace(',', '.')) : Number.NaN;
  return mpp > 0 && mpp < 1000 ? mpp : null;
}
