// What stands where the slide will be: the ways to open one, or that one is on its way.

import { lazy, Suspense } from 'react';
import { useAppState } from '../app-context.tsx';
import { Mark } from '../parts/Icon.tsx';
import { strings } from '../strings/strings.ts';

const SlidePicker = lazy(async () => ({ default: (await import('../slide/SlidePicker.tsx')).SlidePicker }));

export function Welcome() {
  const opening = useAppState(({ slide }) => (slide.status === 'opening' ? slide.name : null));
  // Not while the first slide is on its way, which needs no picker.
  const furnished = useAppState((state) => state.furnished);
  if (opening !== null) {
    return (
      <div className="welcome welcome-opening">
        <Mark />
        <p>{strings.slide.opening(opening)}</p>
        <progress aria-label={strings.slide.opening(opening)} />
      </div>
    );
  }
  return (
    <div className="welcome">
      <div className="welcome-card">
        <Mark />
        <h2>{strings.slide.welcomeTitle}</h2>
        {furnished && (
          <Suspense>
            <SlidePicker onChosen={() => undefined} />
          </Suspense>
        )}
      </div>
    </div>
  );
}
