// Of calls of one kind only the newest counts: a newer one aborts the one before, which then fails as `superseded`.

import { Failure } from './failure.ts';

export class Latest {
  readonly #what: string;
  #running: AbortController | null = null;

  /** `what` names the call in the sentence, e.g. "classify". */
  constructor(what: string) {
    this.#what = what;
  }

  /** Runs `task`, aborting the one that runs. @throws Failure `superseded` when a newer call came first. */
  async run<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    try {
      const value = await task(controller.signal);
      controller.signal.throwIfAborted();
      return value;
    } catch (error) {
      if (controller.signal.aborted) {
        throw new Failure(
          'superseded',
          `A newer call of ${this.#what} took the place of this one. Wait for that one.`,
          { cause: error },
        );
      }
      throw error;
    } finally {
      if (this.#running === controller) this.#running = null;
    }
  }

  /** Aborts what runs; it fails as `superseded`. */
  abort(): void {
    this.#running?.abort();
  }
}
