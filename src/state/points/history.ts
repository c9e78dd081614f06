// The spots the user asked about on this slide, with their answers, in the order they were asked: shown as a table, kept
// with the workspace, exported.

import type { Classification } from '../../inference/inference.contract.ts';
import type { ModelDetails } from '../../model/model-info.ts';
import type { PointRecord } from '../../results/point-record.ts';
import type { AppContext, CurrentSlide } from '../app-context.ts';

export interface PointHistory {
  /** An answer to the user's click. The same question asked again takes the place of the one before. */
  add(classification: Classification, model: ModelDetails, slide: CurrentSlide): void;
  remove(id: string): void;
  /** Puts these in place of what there is. */
  restore(records: readonly PointRecord[]): void;
}

export function createHistory({ store }: Pick<AppContext, 'store'>): PointHistory {
  let lastNumber = 0;
  return {
    add({ at, classNames, probabilities, entropy, familiarity, uncertain, backend }, model, slide) {
      const { mppX, mppY } = slide.info;
      // Nothing is classified without a scale.
      if (mppX === null || mppY === null) return;
      const threshold = model.familiarityThreshold;
      lastNumber += 1;
      const record: PointRecord = {
        id: crypto.randomUUID(),
        number: lastNumber,
        at,
        mppX,
        mppY,
        classNames,
        probabilities,
        entropy,
        familiarity,
        uncertain,
        unlike: familiarity !== null && threshold !== null && familiarity < threshold,
        model: { id: model.id, title: model.title, version: model.version },
        backend,
        askedAt: new Date().toISOString(),
      };
      const others = store.getState().history.filter((other) => !isSameQuestion(other, record));
      store.setState({ history: [...others, record] });
    },
    remove: (id) => store.setState(({ history }) => ({ history: history.filter((record) => record.id !== id) })),
    restore(records) {
      lastNumber = Math.max(0, ...records.map(({ number }) => number));
      store.setState({ history: records });
    },
  };
}

function isSameQuestion(a: PointRecord, b: PointRecord): boolean {
  const isSamePlace = a.at.x === b.at.x && a.at.y === b.at.y && a.mppX === b.mppX && a.mppY === b.mppY;
  return isSamePlace && a.model.id === b.model.id && a.model.version === b.model.version && a.backend === b.backend;
}
