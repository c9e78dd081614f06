// Why nothing can be classified now: in full once, in the Model panel, and in a few words where it stops the user.

import type { Failure } from '../../lib/failure.ts';
import type { AppState } from '../../state/app-state.ts';
import { useAppState } from '../app-context.tsx';
import { unfitness } from '../run/fit.ts';
import { shownSlide, usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

/** Why the model can't read the slide; null when it can, or when one of them is missing. */
function misfitOf(state: AppState): Failure | null {
  const slide = shownSlide(state);
  const model = usedModel(state);
  return slide === null || model === null ? null : unfitness(model.spacings, slide.description);
}

/** A few words, or null when a point can be classified and a run started. */
export function obstacleOf(state: AppState): string | null {
  const words = panelStrings.fit;
  if (shownSlide(state) === null) return words.noSlide;
  if (usedModel(state) === null) return state.model.status === 'loading' ? words.modelLoading : words.noModel;
  const misfit = misfitOf(state);
  if (misfit === null) return null;
  return misfit.code === 'mpp-unknown' ? words.noScale : words.unfit;
}

export function Obstacle() {
  const text = useAppState(obstacleOf);
  return text === null ? null : <p className="hint">{text}</p>;
}

/** The whole sentence. Of a missing scale the banner above the slide speaks already. */
export function Misfit() {
  const text = useAppState((state) => {
    const misfit = misfitOf(state);
    return misfit === null || misfit.code === 'mpp-unknown' ? null : misfit.message;
  });
  return text === null ? null : <p className="callout">{text}</p>;
}
