// Holds the model of the inference worker. A model is given back only when nobody uses it any more; a lost device is
// replaced once for everybody who met the loss, and what they were doing is done again.

import { Failure, isFailure } from '../lib/failure.ts';
import type { DeviceLosses } from '../model/backends/device-losses.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { ModelRuntime } from '../model/model-runtime.ts';

interface Held {
  readonly model: LoadedModel;
  users: number;
  retired: boolean;
  /** While a lost device is being replaced. */
  recovering: Promise<void> | null;
}

export interface Lease {
  readonly model: LoadedModel;
  /** Waits for another runtime than `lost`, which failed as `device-lost`. @throws Failure when no backend is left. */
  recover(lost: ModelRuntime): Promise<void>;
  release(): void;
}

export class ModelHost {
  readonly losses: DeviceLosses;
  readonly #notice: (message: string) => void;
  #held: Held | null = null;

  /** `notice` tells the user a sentence. */
  constructor(losses: DeviceLosses, notice: (message: string) => void) {
    this.losses = losses;
    this.#notice = notice;
  }

  get model(): LoadedModel | null {
    return this.#held?.model ?? null;
  }

  /** Takes the place of the model before, which is given back once it is idle. */
  replace(model: LoadedModel): void {
    const before = this.#held;
    this.#held = { model, users: 0, retired: false, recovering: null };
    if (before === null) return;
    before.retired = true;
    disposeIfIdle(before);
  }

  /** Keeps the model until `release`. @throws Failure `model-not-found`. */
  lease(): Lease {
    const held = this.#held;
    if (held === null) throw new Failure('model-not-found', 'No model is loaded. Choose a model first.');
    held.users++;
    let released = false;
    return {
      model: held.model,
      recover: (lost) => this.#recover(held, lost),
      release() {
        if (released) return;
        released = true;
        held.users--;
        disposeIfIdle(held);
      },
    };
  }

  /** Runs `task` with the model; after a lost device, once more. */
  async use<T>(task: (model: LoadedModel) => Promise<T>): Promise<T> {
    const lease = this.lease();
    const { runtime } = lease.model;
    try {
      try {
        return await task(lease.model);
      } catch (error) {
        if (!isFailure(error, 'device-lost')) throw error;
        await lease.recover(runtime);
        return await task(lease.model);
      }
    } finally {
      lease.release();
    }
  }

  async #recover(held: Held, lost: ModelRuntime): Promise<void> {
    // Somebody else met the same loss and is through with it.
    if (held.recovering === null && held.model.runtime !== lost) return;
    held.recovering ??= (async () => {
      try {
        this.#notice(await held.model.recover());
      } finally {
        held.recovering = null;
      }
    })();
    return held.recovering;
  }
}

function disposeIfIdle(held: Held): void {
  if (held.retired && held.users === 0) held.model.dispose();
}
