// A modal dialog that the user asked for. It is on the page only while it is open, and gives the focus back when it goes.

import { type ReactNode, useId } from 'react';
import { strings } from '../strings/strings.ts';
import { Icon } from './Icon.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={openWhileMounted}
      className="dialog"
      aria-labelledby={titleId}
      closedby="any"
      onClose={(event) => {
        // A strict-mode remount closes and opens again: the dialog that is still open is not meant.
        if (!event.currentTarget.open) onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label={strings.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

function openWhileMounted(element: HTMLDialogElement | null) {
  if (element === null) return;
  if (!element.open) element.showModal();
  return () => element.close();
}
