// Five steps on the phantom for a first visit: beside the work, not over it; each step can be shown or tried by hand. Loaded
// when it is taken.

import '../styles/explain.css';
import { useState } from 'react';
import type { AppActions } from '../../state/app-actions.ts';
import { type DialogName, useActions, useDialog } from '../app-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { explain } from '../strings/explain.ts';

const words = explain.tour;
/** Whether what is mostly pointed with is a finger: of a tablet, not of a notebook that can be touched too. */
const fingers: MediaQueryList = window.matchMedia('(pointer: coarse)');
/** Level-0 px of the phantom: a spot of one tissue with another near it. */
const spot = { x: 3200, y: 3200 };
const region = { x: 2816, y: 2816, width: 768, height: 768 };

/** What "Show me" does at each step. */
const demonstrations: readonly ((actions: AppActions, showDialog: (name: DialogName) => void) => void)[] = [
  ({ setMagnification }) => setMagnification(20),
  ({ setMagnification, classifyAt }) => {
    setMagnification(10);
    classifyAt(spot);
  },
  ({ classifyAt, setMagnification }) => {
    setMagnification(5);
    classifyAt(spot);
  },
  ({ setRegion, startRun }) => {
    setRegion(region);
    startRun({ region });
  },
  (_, showDialog) => showDialog('work'),
];

export function Tour({ onEnd }: { readonly onEnd: () => void }) {
  const actions = useActions();
  const { showDialog } = useDialog();
  const [at, setAt] = useState(0);
  const step = words.steps[at];
  const isLast = at === words.steps.length - 1;
  if (step === undefined) return null;
  return (
    <section className="tour" aria-label={words.title(at + 1, words.steps.length)}>
      <header>
        <h2>{step.title}</h2>
        <span className="hint">{words.title(at + 1, words.steps.length)}</span>
        <button type="button" className="icon-button" aria-label={words.end} onClick={onEnd}>
          <Icon name="close" />
        </button>
      </header>
      <p role="status">{(fingers.matches ? step.touch : null) ?? step.text}</p>
      <div className="row">
        <button type="button" onClick={() => demonstrations[at]?.(actions, showDialog)}>
          {words.show}
        </button>
        <button type="button" disabled={at === 0} onClick={() => setAt(at - 1)}>
          {words.back}
        </button>
        <button type="button" className="primary" onClick={() => (isLast ? onEnd() : setAt(at + 1))}>
          {isLast ? words.end : words.next}
        </button>
      </div>
    </section>
  );
}
