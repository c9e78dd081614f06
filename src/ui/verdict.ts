// Which class leads an answer. Pure.

import type { Classification } from '../inference/inference.contract.ts';

/** The class of the greatest fused probability; the first of equals. */
export function leadingClass({ classNames, probabilities }: Pick<Classification, 'classNames' | 'probabilities'>): {
  readonly name: string;
  readonly probability: number;
} {
  const probability = Math.max(...probabilities);
  return { name: classNames[probabilities.indexOf(probability)] ?? '', probability };
}
