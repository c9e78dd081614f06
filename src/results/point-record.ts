// A spot that was asked about, with its answer, as it is listed, kept and exported; and the order of such a list.

import type { Point } from '../pyramid/geometry.ts';

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
