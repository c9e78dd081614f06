// Breaking off what another thread computes: a flag in memory that both share, looked at between two operations of a graph,
// since a thread that computes hears no message. Without cross-origin isolation there is no such memory, and what was begun
// is finished.

import { engine } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';

/** 1 when the work is to be broken off. */
export type BreakOffFlag = Int32Array;

/** Null where threads can share no memory. */
export function makeFlag(): BreakOffFlag | null {
  if (globalThis.crossOriginIsolated === false || typeof SharedArrayBuffer === 'undefined') return null;
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

export function setFlag(flag: BreakOffFlag | null, breakOff: boolean): void {
  if (flag !== null) Atomics.store(flag, 0, Number(breakOff));
}

/** What `task` gives, or null when the flag was set before its graphs had run. It must be alone on its thread. */
export async function unlessBrokenOff<T>(flag: BreakOffFlag | null, task: () => Promise<T>): Promise<T | null> {
  if (flag === null) return task();
  const kernels = engine();
  const { runKernel } = kernels;
  const brokenOff = new Failure(
    'cancelled',
    'The work was broken off, since the view moved or the run was cancelled. Ask for it again.',
  );
  kernels.runKernel = (...argument) => {
    if (Atomics.load(flag, 0) === 1) throw brokenOff;
    return runKernel.apply(kernels, argument) as never;
  };
  try {
    return await task();
  } catch (error) {
    if (error === brokenOff) return null;
    throw error;
  } finally {
    kernels.runKernel = runKernel;
  }
}
