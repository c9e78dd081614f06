// Work on a device that may go away: what a loss ends is told apart from every other failure, and nothing waits for ever for
// a device that is gone.

import { isAbort } from '../../lib/abort.ts';
import { Failure } from '../../lib/failure.ts';
import type { RunningBackend } from './running-backend.ts';

/** A read in flight fails so long before the loss is told. */
const lossGraceMs = 200;

export class DeviceGuard {
  readonly #running: RunningBackend;
  #lossReason: string | null = null;
  #ended = false;
  /** How to end what waits for the device. */
  readonly #underWay = new Set<(failure: Failure) => void>();

  constructor(running: RunningBackend) {
    this.#running = running;
    void running.lost.then((reason) => {
      this.#lossReason = reason;
      for (const reject of this.#underWay) reject(deviceLost(reason));
    });
  }

  /** Tells a loss of the device from every other error. @throws Failure `device-lost`; what `task` throws. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#lossReason !== null) throw deviceLost(this.#lossReason);
    if (this.#ended) throw new Error('The model was given back already.');
    try {
      return await this.#unlessLost(task());
    } catch (error) {
      throw await lossBehind(error, this.#running);
    }
  }

  /** Rejects at a loss too: a read from a device that is gone may never end. */
  #unlessLost<T>(task: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      void task.then(resolve, reject).finally(() => this.#underWay.delete(reject));
    });
  }

  /** No work is taken from now on; false when it has ended before. */
  end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    return true;
  }
}

/**
 * `error`, or the loss of the device that is behind it. What a GPU gives up ends as an abort, which nobody here asked for:
 * it must not pass for the user's own.
 */
export async function lossBehind(error: unknown, running: RunningBackend): Promise<unknown> {
  const graceMs = running.compilesShapes ? lossGraceMs : 0;
  const grace = new Promise<null>((resolve) => setTimeout(() => resolve(null), graceMs));
  const reason = await Promise.race([running.lost, grace]);
  if (reason !== null) return deviceLost(reason);
  if (!isAbort(error)) return error;
  const untold = 'It gave up its work.';
  running.report(untold);
  return deviceLost(untold);
}

function deviceLost(reason: string): Failure {
  return new Failure('device-lost', `The graphics device went away: ${reason} Try again.`);
}
