// The overview map in the corner and the loupe at the pointer. Both help the eye only: the keyboard moves the view itself,
// and assistive technology is told the view in words.

import { useEffect, useRef } from 'react';
import { loupeEnlarges } from '../../state/view/loupe-power.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { formatMagnification } from '../parts/format.ts';
import { shownSlide } from '../selectors.ts';

export function OverviewCorner() {
  const shown = useAppState((state) => state.overviewShown);
  const { mountOverview } = useActions();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => (shown && place.current !== null ? mountOverview(place.current) : undefined), [shown, mountOverview]);
  return shown ? <div className="overview" ref={place} aria-hidden="true" /> : null;
}

export function Loupe() {
  const shown = useAppState((state) => state.loupe);
  const { mountLoupe } = useActions();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => (shown && place.current !== null ? mountLoupe(place.current) : undefined), [shown, mountLoupe]);
  if (!shown) return null;
  return (
    <div className="loupe" ref={place} aria-hidden="true" inert>
      <LoupePower />
    </div>
  );
}

/** The magnification in the loupe; nothing on a slide of unknown scale. */
function LoupePower() {
  const magnification = useAppState((state) =>
    shownSlide(state)?.info.mpp == null ? null : (state.view?.magnification ?? null),
  );
  return magnification === null ? null : (
    <span className="loupe-power">{formatMagnification(magnification * loupeEnlarges)}</span>
  );
}
