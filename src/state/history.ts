// The spots the user asked about on this slide, with their answers: a list that is shown as a table, kept with the
// workspace and exported. Newest last.

import type { Classification } from '../inference/inference.contract.ts';
import type { ModelDetails } from '../model/model-info.ts';
import type { Point } from '../pyramid/geometry.ts';
import type { AppContext } from './app-context.ts';

/** A question and its answer. */
export interface PointRecord {
  readonly id: string;
  /** Level-0 px. */
  readonly at: Point;
  readonly classNames: readonly string[];
  readonly probabilities: readonly number[];
  readonly entropy: number;
  readonly familiarity: number | null;
  readonly uncertain: boolean;
  /** Below the model's familiarity threshold: unlike the tissue it was trained on. */
  readonly unlike: boolean;
  readonly model: { readonly id: string; readonly title: string; readonly version: string };
  readonly backend: string;
  /** ISO 8601. */
  readonly askedAt: string;
}

export interface PointHistory {
  add(classification: Classification, model: ModelDetails): void;
  remove(id: string): void;
  clear(): void;
  restore(records: readonly PointRecord[]): void;
}

export function createHistory({ store }: Pick<AppContext, 'store'>): PointHistory {
  const show = (history: readonly PointRecord[]) => store.setState({ history });
  return {
    add(classification, model) {
      const { at, classNames, probabilities, entropy, familiarity, uncertain, backend } = classification;
      const threshold = model.familiarityThreshold;
      const record: PointRecord = {
        id: crypto.randomUUID(),
        at,
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
      show([...store.getState().history, record]);
    },
    remove: (id) => show(store.getState().history.filter((record) => record.id !== id)),
    clear: () => show([]),
    restore: show,
  };
}

/** A table of the points, one row each: position, class, then each class's probability. `#` lines say where it is from. */
export function historyCsv(
  history: readonly PointRecord[],
  slide: { readonly name: string; readonly mppX: number | null; readonly mppY: number | null },
  app: string,
): string {
  const classNames = [...new Set(history.flatMap((record) => record.classNames))];
  const head = ['x', 'y', 'class', 'probability', 'entropy', 'familiarity', 'uncertain', 'unlike_training', 'model'];
  const columns = [...head, 'model_version', 'backend', 'asked_at', ...classNames.map((name) => `prob_${name}`)];
  const rows = history.map((record) => {
    const best = record.probabilities.indexOf(Math.max(...record.probabilities));
    const byName = new Map(record.classNames.map((name, index) => [name, record.probabilities[index]]));
    return [
      record.at.x,
      record.at.y,
      record.classNames[best],
      record.probabilities[best],
      record.entropy,
      record.familiarity,
      record.uncertain,
      record.unlike,
      record.model.id,
      record.model.version,
      record.backend,
      record.askedAt,
      ...classNames.map((name) => byName.get(name)),
    ];
  });
  const provenance = JSON.stringify({ app, slide });
  const lines = [columns, ...rows].map((row) => row.map((cell) => quote(String(cell ?? ''))).join(','));
  return `# Points asked about, level-0 pixels. For research use only.\n# provenance: ${provenance}\n${lines.join('\n')}\n`;
}

/** As RFC 4180 asks. */
function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
