// Numbers that a model answers are finite, or nobody gets to see them: NaN in a cell would pass for an answer.

import { Failure } from '../lib/failure.ts';

/**
 * `inMainMemory`: of the backend; a GPU gives such numbers also when its memory runs out.
 * @throws Failure `model-invalid` or `out-of-memory` when any number is NaN or infinite.
 */
export function requireFinite(values: readonly (Float32Array | null)[], inMainMemory: boolean): void {
  if (values.every((some) => some?.every(Number.isFinite) ?? true)) return;
  if (inMainMemory) {
    throw new Failure(
      'model-invalid',
      'The model gives numbers that are not finite. Its weights or its normalisation are wrong; export it anew.',
    );
  }
  throw new Failure(
    'out-of-memory',
    'The device gave numbers that are not finite, as it does when its memory runs out. Close other tabs and try again.',
  );
}
