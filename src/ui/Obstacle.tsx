// Why the model can't read the slide now, in a sentence; nothing when it can.

import type { AppState } from '../state/app-state.ts';
import { useAppState, useDialog } from './app-context.tsx';
import { unfitness } from './fit.ts';
import { shownSlide, usedModel } from './selectors.ts';
import { strings } from './strings.ts';

/** The sentence, or null when a point can be classified and a run started. */
export function obstacleOf(state: AppState): string | null {
  const slide = shownSlide(state);
  const model = usedModel(state);
  if (slide === null) return strings.fit.noSlide;
  if (model === null) return state.model.status === 'loading' ? strings.fit.modelLoading : strings.fit.noModel;
  return unfitness(model.spacings, slide.description)?.message ?? null;
}

/** `only="fit"`: silent while a slide or a model is missing altogether. */
export function Obstacle({ only }: { readonly only?: 'fit' }) {
  const text = useAppState((state) =>
    only === 'fit' && (shownSlide(state) === null || usedModel(state) === null) ? null : obstacleOf(state),
  );
  const scaleUnknown = useAppState((state) => shownSlide(state)?.info.mpp === null && usedModel(state) !== null);
  const { showDialog } = useDialog();
  if (text === null) return null;
  return (
    <div className="callout">
      <p>{text}</p>
      {scaleUnknown && (
        <button type="button" onClick={() => showDialog('scale')}>
          {strings.scale.set}
        </button>
      )}
    </div>
  );
}
