// The shape of a group of metrics that are measured together, within four minutes on a quiet machine of two cores.

import { hasData, missingData } from '../../fixtures/data.ts';
import type { Bench } from '../bench.ts';
import type { MetricName, Samples } from '../metrics.ts';

export interface Group {
  readonly metrics: readonly MetricName[];
  /** Why it can't be measured here, a sentence; null when it can. */
  readonly obstacle?: () => string | null;
  readonly measure: (bench: Bench) => Promise<Samples>;
}

/** The obstacle of what needs the real slides. */
export const wantsData = (): string | null => (hasData ? null : missingData);
