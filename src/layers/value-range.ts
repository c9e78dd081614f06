// Which values a colour scale spans when it is fitted to what is there, in place of its fixed range: nearly all of them, so
// that a few strays do not take the colours from the rest. Ends are round, so that the legend's numbers are exact.

import type { ColourScale } from './colour-map.ts';

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** Share of the values left out at either end. */
const STRAYS = 0.01;
/** Every layer's values lie within -1..1; the ends of a range are multiples of a step. */
const STEPS_PER_UNIT = 100;

/** Null where there is no value. Takes one look at each, sorts nothing. */
export function fittedRange(values: Iterable<number>): ValueRange | null {
  const counts = new Uint32Array(2 * STEPS_PER_UNIT);
  let total = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const step = Math.floor((value + 1) * STEPS_PER_UNIT);
    const within = Math.max(0, Math.min(counts.length - 1, step));
    counts[within] = (counts[within] ?? 0) + 1;
    total += 1;
  }
  if (total === 0) return null;
  const first = stepAfter(counts, STRAYS * total);
  const last = stepAfter(counts, (1 - STRAYS) * total);
  const edgeAt = (step: number) => (step - STEPS_PER_UNIT) / STEPS_PER_UNIT;
  return { min: edgeAt(first), max: edgeAt(last + 1) };
}

/** The same colours over `range`, beyond which values take the ends' colours; null keeps the scale's own. */
export function withRange(scale: ColourScale, range: ValueRange | null): ColourScale {
  return range === null ? scale : { ...scale, ...range, clamps: true };
}

/** The step in which the count of values passes `share`. */
function stepAfter(counts: Uint32Array, share: number): number {
  let sum = 0;
  for (let step = 0; step < counts.length; step++) {
    sum += counts[step] ?? 0;
    if (sum > share) return step;
  }
  return counts.findLastIndex((count) => count > 0);
}
