// Questions that several components ask of the state. Pure.

import type { ModelDetails } from '../model/model-info.ts';
import type { AppState, OpenSlideState } from '../state/app-state.ts';

/** The slide on screen: while another one opens, still the one before. */
export function shownSlide({ slide }: AppState): OpenSlideState | null {
  if (slide.status === 'open') return slide;
  return slide.status === 'opening' ? slide.previous : null;
}

/** The model that answers: while another one loads, still the one before. */
export function usedModel({ model }: AppState): ModelDetails | null {
  if (model.status === 'ready') return model.details;
  return model.status === 'loading' ? model.previous : null;
}

/** True between the start of a run and its end. */
export function isRunGoing({ run }: AppState): boolean {
  return run.status === 'starting' || run.status === 'running' || run.status === 'paused';
}
