// A banner that waits, without standing in the way, where a slide has no scale.

import { useAppState, useDialog } from '../app-context.tsx';
import { shownSlide } from '../selectors.ts';
import { strings } from '../strings/strings.ts';

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
