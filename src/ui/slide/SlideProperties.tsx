// The open slide's name, and in a popover under it what is known of the slide and what can be done with it.

import { lazy, Suspense, useId, useState } from 'react';
import type { OpenSlideState } from '../../state/app-state.ts';
import { useActions, useDialog } from '../app-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { strings } from '../strings/strings.ts';

const SlideFacts = lazy(async () => ({ default: (await import('./SlideFacts.tsx')).SlideFacts }));

export function SlideProperties({ slide }: { readonly slide: OpenSlideState }) {
  const id = useId();
  const { closeSlide, hideAssociated } = useActions();
  const { showDialog } = useDialog();
  const [isOpen, setOpen] = useState(false);
  const { name, mpp } = slide.info;
  return (
    <>
      <button type="button" className="quiet slide-name" popoverTarget={id} title={name}>
        <span>{name}</span>
        <Icon name="down" />
      </button>
      <div
        id={id}
        popover="auto"
        className="popover slide-properties"
        role="dialog"
        aria-label={strings.slide.properties}
        onToggle={({ newState }) => {
          setOpen(newState === 'open');
          if (newState === 'closed') hideAssociated();
        }}
      >
        {isOpen && (
          <Suspense fallback={<p className="hint">{strings.loading}</p>}>
            <SlideFacts slide={slide} />
          </Suspense>
        )}
        <div className="row">
          <button type="button" popoverTarget={id} popoverTargetAction="hide" onClick={() => showDialog('scale')}>
            {mpp === null ? strings.scale.set : strings.scale.change}
          </button>
          <button type="button" popoverTarget={id} popoverTargetAction="hide" onClick={closeSlide}>
            {strings.slide.close}
          </button>
        </div>
      </div>
    </>
  );
}
