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

/**
 * The familiarity below which the cells on screen are unlike their model's tissue, 0..1; null where it is not known. An ended
 * run whose share of such cells is not known was another version's, whose limit nobody knows.
 */
export function unlikeLimit(state: AppState): number | null {
  const { doubt } = state.run;
  return doubt !== null && doubt.unlike === null ? null : (usedModel(state)?.familiarityThreshold ?? null);
}

/** True between the start of a run and its end. */
export function isRunGoing({ run }: AppState): boolean {
  return run.status === 'starting' || run.status === 'running' || run.status === 'paused';
}
