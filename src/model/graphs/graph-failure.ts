// TF.js throws plain errors for whatever is wrong with a graph; here they become failures with a code. A lost device is
// told apart elsewhere (tfjs-runtime.ts), because it takes a moment to be known.

import { Failure } from '../../lib/failure.ts';

/** Runs `task` on the graph in file `path`. @throws Failure `model-invalid`, or `out-of-memory` when it looks like that. */
export function guardGraph<T>(path: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw graphFailure(path, error);
  }
}

/** The failure for an error that a graph threw: of the model, of the backend, or of the memory. */
export function graphFailure(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const what = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) {
    return new Failure(
      'out-of-memory',
      `The memory was not enough to run the model (${what}). Close other tabs and try again.`,
      { cause: error },
    );
  }
  const missing = /Kernel '(\w+)' not registered for backend/.exec(what)?.[1];
  // Another backend may have it.
  if (missing !== undefined) {
    return new Failure('backend-unavailable', `It lacks the operation ${missing}, which this model needs.`, {
      cause: error,
    });
  }
  return new Failure(
    'model-invalid',
    `The model's graph ${path} can't be run (${what.replace(/\.$/, '')}). Export the model anew.`,
    { cause: error },
  );
}
