// How much memory a model may take, by the memory of the device, and how much one takes. Decided before its weights are
// fetched: a tab that runs out of memory is ended by the browser, without a word. Pure.

import { Failure } from '../../lib/failure.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** More than a WebAssembly module can be given, beside what it needs for itself. */
const MOST_BYTES = GIB;

/** Bytes that one copy of a model takes. */
export interface ModelNeed {
  /** Weights as they lie in the files, kept for when a device is lost, and as tensors. */
  readonly weightBytes: number;
  /** The widest layer of what is computed at once. */
  readonly layerBytes: number;
}

/** Bytes that a copy of a model may take: an eighth of the device's memory, 1 GiB at most. */
export function modelBudgetBytes(memoryGiB: number): number {
  return Math.min(MOST_BYTES, (memoryGiB * GIB) / 8);
}

/** How many copies of the weights fit beside the first one; each encoder thread holds one of its own. */
export function copiesWithin(weightBytes: number, memoryGiB: number): number {
  return Math.floor(modelBudgetBytes(memoryGiB) / Math.max(1, weightBytes));
}

/** @throws Failure `out-of-memory` when the model is more than its budget. */
export function requireWithinBudget({ weightBytes, layerBytes }: ModelNeed, memoryGiB: number): void {
  const budgetBytes = modelBudgetBytes(memoryGiB);
  if (weightBytes + layerBytes <= budgetBytes) return;
  throw new Failure(
    'out-of-memory',
    `The model is too large for this device: its weights take ${inWords(weightBytes)} of memory and its widest layer ` +
      `${inWords(layerBytes)}, but a model may take ${inWords(budgetBytes)} here. It was not loaded. ` +
      `Use a smaller model${budgetBytes < MOST_BYTES ? ', or a device with more memory' : ''}.`,
  );
}

/** In the unit that people know it by; what no memory has is not counted out. */
function inWords(bytes: number): string {
  if (bytes >= 1024 * GIB) return 'more than 1024 GiB';
  if (bytes >= GIB) return `${Number((bytes / GIB).toPrecision(3))} GiB`;
  return bytes < MIB ? 'less than 1 MiB' : `${Math.round(bytes / MIB)} MiB`;
}
