// A spot that was asked about, with its answer, as it is listed, kept and exported; the order of such a list, and its CSV.

import type { Point } from '../pyramid/geometry.ts';
import { csvField } from './csv-field.ts';

export interface PointRecord {
  /** A UUID. */
  readonly id: string;
  /** Counts from 1 on each slide and is not given again when a record is taken away. */
  readonly number: number;
  /** Level-0 px. */
  readonly at: Point;
  /** um per level-0 px when it was asked. */
  readonly mppX: number;
  readonly mppY: number;
  readonly classNames: readonly string[];
  /** Calibrated, one a class. */
  readonly probabilities: readonly number[];
  /** 0..1. */
  readonly entropy: number;
  /** 0..1; null when the model has none. */
  readonly familiarity: number | null;
  readonly uncertain: boolean;
  /** Below the model's familiarity threshold: unlike the tissue it was trained on. */
  readonly unlike: boolean;
  readonly model: { readonly id: string; readonly title: string; readonly version: string };
  readonly backend: string;
  /** ISO 8601. */
  readonly askedAt: string;
}

export type PointColumn = 'number' | 'class' | 'probability' | 'entropy';

/** The likeliest class of a record; the first of equals. */
export function leadOf({ classNames, probabilities }: Pick<PointRecord, 'classNames' | 'probabilities'>): {
  readonly name: string;
  readonly probability: number;
} {
  const probability = Math.max(...probabilities);
  return { name: classNames[probabilities.indexOf(probability)] ?? '', probability };
}

/** Ordered by a column; equals stay in the order they were asked. */
export function sortRecords(
  records: readonly PointRecord[],
  column: PointColumn,
  descending: boolean,
): readonly PointRecord[] {
  const sign = descending ? -1 : 1;
  const sortValue = (record: PointRecord): number => {
    if (column === 'probability') return leadOf(record).probability;
    return column === 'entropy' ? record.entropy : record.number;
  };
  return [...records].sort((a, b) => {
    if (column === 'class') return sign * leadOf(a).name.localeCompare(leadOf(b).name, 'en') || a.number - b.number;
    return sign * (sortValue(a) - sortValue(b)) || a.number - b.number;
  });
}

/** One row a record: place (level-0 px), class, the other numbers, then each class's probability. */
export function pointsCsv(records: readonly PointRecord[], slideName: string, app: string): string {
  const classNames = [...new Set(records.flatMap((record) => record.classNames))];
  const columns = [
    ...['number', 'x', 'y', 'mpp_x', 'mpp_y', 'class', 'probability', 'entropy', 'familiarity'],
    ...['uncertain', 'unlike_training', 'model', 'model_version', 'backend', 'asked_at'],
    ...classNames.map((name) => `prob_${name}`),
  ];
  const rows = records.map((record) => {
    const { number, at, mppX, mppY, entropy, familiarity, uncertain, unlike, model, backend, askedAt } = record;
    const lead = leadOf(record);
    const of = (name: string) => record.probabilities[record.classNames.indexOf(name)];
    return [
      ...[number, at.x, at.y, mppX, mppY, lead.name, lead.probability, entropy, familiarity],
      ...[uncertain, unlike, model.id, model.version, backend, askedAt],
      ...classNames.map(of),
    ];
  });
  const lines = [columns, ...rows].map((row) => row.map((field) => csvField(String(field ?? ''))).join(','));
  const provenance = JSON.stringify({ app, slide: slideName });
  return `# Points asked about, level-0 pixels. For research use only.\n# provenance: ${provenance}\n${lines.join('\n')}\n`;
}
