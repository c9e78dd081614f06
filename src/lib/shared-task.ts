// One piece of asynchronous work with several takers: it is done once, and stopped only when the last taker has left.

import { abortError } from './abort.ts';

export class SharedTask<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #takers = 0;

  /** Starts `work` at once; its signal aborts when every taker has left. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    // Takers that left don't listen any more; a failure then is nobody's.
    this.#result.catch(() => {});
  }

  /** True once nobody waits: the work is being stopped and must not be joined. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Resolves with the work's result. Rejects with an AbortError as soon as `signal` aborts. */
  join(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) {
      if (this.#takers === 0) this.#controller.abort();
      return Promise.reject(abortError());
    }
    this.#takers++;
    if (signal === undefined) return this.#result;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#takers--;
        if (this.#takers === 0) this.#controller.abort();
        reject(abortError());
      };
      signal.addEventListener('abort', leave, { once: true });
      const stay = () => signal.removeEventListener('abort', leave);
      this.#result.then(
        (value) => {
          stay();
          resolve(value);
        },
        (error) => {
          stay();
          reject(error);
        },
      );
    });
  }
}
