// Lays a result that was computed before, or elsewhere, over the open slide: only where size, scale, model and classes are
// the same, so that no number is shown on tissue that it is not about.

import { Failure } from '../../lib/failure.ts';
import type { AnalysisResult } from '../../results/analysis-result.ts';
import { type AppContext, notify } from '../app-context.ts';
import type { Models } from '../models.ts';
import type { Slides } from '../slides/slides.ts';
import type { Runs } from './runs.ts';

/** Scales nearer than this are one and the same, written with fewer digits. */
const mppTolerance = 0.001;

/** Loads the result's model when another one is loaded. @throws Failure `bad-argument`, `model-not-found`. */
export async function layResult(
  { store }: Pick<AppContext, 'store'>,
  { slides, models, runs }: { readonly slides: Slides; readonly models: Models; readonly runs: Runs },
  result: AnalysisResult,
): Promise<void> {
  const { slide, model } = result.provenance;
  const open = slides.need().description;
  const sameScale = ([theirs, ours]: readonly [number, number | null]) =>
    ours === null || Math.abs(theirs / ours - 1) <= mppTolerance;
  if (open.width !== slide.width || open.height !== slide.height) {
    throw new Failure(
      'bad-argument',
      `These results are of ${slide.name}, ${slide.width} x ${slide.height} px; the slide that is open has ${open.width} x ${open.height} px. Open that slide first.`,
    );
  }
  if (![[slide.mppX, open.mppX] as const, [slide.mppY, open.mppY] as const].every(sameScale)) {
    throw new Failure(
      'bad-argument',
      `These results were computed at ${slide.mppX} um/px; the slide that is open is set to ${open.mppX} um/px. Set its scale to that, then open the results again.`,
    );
  }
  if (models.loaded()?.id !== model.id) {
    try {
      await models.load(model.id);
    } catch (cause) {
      const what = `These results are of the model ${model.id}, which could not be loaded. Open its folder first.`;
      throw new Failure('model-not-found', what, { cause });
    }
  }
  const loaded = models.loaded();
  if (loaded?.classNames.join() !== result.classNames.join()) {
    throw new Failure(
      'bad-argument',
      `The loaded model ${model.id} has other classes than these results. Load the model that they were computed with.`,
    );
  }
  if (loaded.version !== model.version) {
    const message = `These results are of version ${model.version} of the model; version ${loaded.version} is loaded.`;
    notify(store, 'warning', message, 'results');
  }
  runs.show(result);
}
