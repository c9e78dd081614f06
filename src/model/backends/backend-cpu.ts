// Plain JavaScript: slow, but there is no browser it does not run in. The last resort, and the tests' backend; never
// what a run should be measured on.

import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { lossSignal, type RunningBackend } from './running-backend.ts';

export async function start(): Promise<RunningBackend> {
  if (!(await setBackend('cpu'))) throw new Error('it did not start');
  return {
    detail: 'one thread, slow.',
    ...lossSignal(),
    maxTensorBytes: 2 ** 28,
    compilesShapes: false,
    inMainMemory: true,
    close() {},
  };
}
