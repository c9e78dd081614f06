// Tries again what a network lets fail for a moment, with growing, jittered pauses so that many clients don't come
// back at once.

import { abortError } from './abort.ts';
import { Failure } from './failure.ts';

export interface RetryOptions {
  /** Tries in all. */
  readonly tries: number;
  /** Pause after the first failure; doubled after each further one. */
  readonly firstPauseMs: number;
  /** 0..1, spreads the pauses between half and one and a half times their length. */
  readonly random: () => number;
}

/** For a network that people wait for: four tries within two seconds or so. */
export const networkRetries: RetryOptions = { tries: 4, firstPauseMs: 250, random: Math.random };

/** Runs `task` until it succeeds, fails with something that won't pass by itself, or has had its tries. */
export async function withRetries<T>(task: () => Promise<T>, options: RetryOptions, signal: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof Failure && error.mayPass) || tried >= options.tries) throw error;
      await pause(options.firstPauseMs * 2 ** (tried - 1) * (0.5 + options.random()), signal);
    }
  }
}

/** Resolves after `durationMs`. @throws an AbortError as soon as `signal` aborts. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError());
    const stop = () => {
      clearTimeout(timer);
      reject(abortError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
