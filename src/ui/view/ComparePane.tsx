// The second view beside the slide, with its name and whether the two move together.

import { useEffect, useRef } from 'react';
import { useActions, useAppState } from '../app-context.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

const words = panelStrings.compare;

export function ComparePane() {
  const compare = useAppState((state) => state.compare);
  const { mountCompare, setCompareLinked, stopComparing } = useActions();
  const place = useRef<HTMLDivElement>(null);
  const shown = compare.status !== 'none';
  useEffect(() => (shown && place.current !== null ? mountCompare(place.current) : undefined), [shown, mountCompare]);
  if (compare.status === 'none') return null;
  return (
    <section className="compare-pane" aria-label={words.second}>
      <div className="compare-place" ref={place} />
      <div className="compare-bar">
        <span>
          {compare.status === 'opening' ? words.opening(compare.name ?? '') : (compare.name ?? words.sameSlide)}
        </span>
        <button
          type="button"
          aria-pressed={compare.linked}
          title={words.linkedHint}
          onClick={() => setCompareLinked(!compare.linked)}
        >
          {words.linked}
        </button>
        <IconButton icon="close" name={words.close} onClick={stopComparing} />
      </div>
    </section>
  );
}
