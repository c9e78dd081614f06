// Where the pointer is on the slide, in um from its upper left corner as it was scanned; the view's centre while the
// pointer is elsewhere. Not announced: the view's status says the centre when it has come to rest.

import { useAppState } from '../app-context.tsx';
import { formatCount } from '../parts/format.ts';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

export function PositionReadout() {
  const pointer = useAppState((state) => state.pointer);
  const view = useAppState((state) => state.view);
  const slide = useAppState((state) => shownSlide(state)?.info ?? null);
  const at = pointer ?? view;
  if (slide === null || at === null) return null;
  const words = panelStrings.view;
  const { mppX, mppY } = slide;
  const text =
    mppX === null || mppY === null
      ? words.positionPixels(formatCount(at.x), formatCount(at.y))
      : words.position(formatCount(at.x * mppX), formatCount(at.y * mppY));
  return (
    <p className="position-readout" title={pointer === null ? words.positionCentre : words.positionPointer}>
      <span>{pointer === null ? words.centre : words.pointer}</span> {text}
    </p>
  );
}
