// Decides which backend holds: each candidate is tried in order, what did not hold is passed over, and the reasons are
// kept as sentences for the user. It does not know how a backend is started or tested.

import { Failure, type FailureCode } from '../../lib/failure.ts';
import type { Backend } from '../model-info.ts';

/** Failures of a backend, after which the next one is tried. Any other failure is the model's and ends the choice. */
const backendFailures: readonly FailureCode[] = [
  'backend-unavailable',
  'self-test-failed',
  'out-of-memory',
  'device-lost',
];

export const backendTitles: Readonly<Record<Backend, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'Plain JavaScript',
};

export interface Choice<T> {
  readonly value: T;
  readonly backend: Backend;
  /** One line for each backend passed over, then one for the one that holds. */
  readonly reason: string;
}

/**
 * Tries `candidates` in order. `attempt` resolves with what it built and a sentence on how the backend runs.
 * @throws Failure of the only candidate, completed, or `backend-unavailable` / `self-test-failed` that tells all reasons.
 */
export async function chooseBackend<T>(
  candidates: readonly Backend[],
  attempt: (backend: Backend) => Promise<{ value: T; detail: string }>,
): Promise<Choice<T>> {
  const reasons: string[] = [];
  const failures: Failure[] = [];
  for (const backend of candidates) {
    try {
      const { value, detail } = await attempt(backend);
      return { value, backend, reason: [...reasons, `${backendTitles[backend]} is used: ${detail}`].join('\n') };
    } catch (error) {
      if (!(error instanceof Failure) || !backendFailures.includes(error.code)) throw error;
      reasons.push(`${backendTitles[backend]} was passed over: ${error.message}`);
      failures.push(error);
    }
  }
  const [only] = failures;
  if (only !== undefined && failures.length === 1) {
    const title = candidates.map((backend) => backendTitles[backend]).join();
    throw new Failure(only.code, `${title} can't run the model: ${only.message} Choose another backend.`, {
      cause: only,
    });
  }
  const allFailedTheTest = failures.length > 0 && failures.every(({ code }) => code === 'self-test-failed');
  throw new Failure(
    allFailedTheTest ? 'self-test-failed' : 'backend-unavailable',
    `No backend of this browser can run the model.\n${reasons.join('\n')}\nUse a current Chrome, Edge, Firefox or Safari.`,
  );
}
