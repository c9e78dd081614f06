// A graph from elsewhere may answer logits or probabilities, and nothing in its file says which: its answers to noise
// tell. Pure; whoever holds the graph asks it.

import type { RasterPixels } from '../model-runtime.ts';

/** Patches of grey noise, each of its own brightness; the same at every call. */
export function noisePatches(count: number, sizePx: number): RasterPixels[] {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return Array.from({ length: count }, (_, index) => ({
    width: sizePx,
    height: sizePx,
    data: Uint8Array.from({ length: sizePx * sizePx * 3 }, () => (next() >> 1) + index * 32),
  }));
}

/** True when every row of `values` (patches x classes) could be probabilities. */
export function areProbabilities(values: Float32Array, classes: number): boolean {
  for (let row = 0; row < values.length; row += classes) {
    const answer = values.subarray(row, row + classes);
    if (answer.some((value) => value < 0) || Math.abs(answer.reduce((sum, value) => sum + value, 0) - 1) > 1e-3)
      return false;
  }
  return true;
}

/** Probabilities to logits, in place. A probability of 0 becomes that of the smallest normal number, so that the logits stay finite. */
export function logarithm(probabilities: Float32Array): void {
  for (let i = 0; i < probabilities.length; i++) probabilities[i] = Math.log(Math.max(probabilities[i] ?? 0, 1.2e-38));
}
