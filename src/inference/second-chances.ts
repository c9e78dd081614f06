// Parts of a run whose tiles a network or a server in trouble did not give: they are put aside while the others are done,
// and tried again after growing, jittered pauses. While the browser says that it is offline no chance is used up.

import { pause } from '../lib/retry.ts';

const firstPauseMs = 1000;
const chances = 5;

export interface ChanceOptions {
  pause(durationMs: number, signal: AbortSignal): Promise<void>;
  /** Resolves at once when there is a network, else when it is back. */
  online(signal: AbortSignal): Promise<void>;
  /** 0..1 */
  random(): number;
}

export class SecondChances<Part> {
  readonly #options: ChanceOptions;
  #parts: Part[] = [];
  #used = 0;

  constructor(options: ChanceOptions = { pause, online: whenOnline, random: Math.random }) {
    this.#options = options;
  }

  /** False when the chances are used up: its cells are unread then. */
  put(part: Part): boolean {
    if (this.#used >= chances) return false;
    this.#parts.push(part);
    return true;
  }

  /** What was put aside, after a pause; none when there are none. @throws an AbortError. */
  async take(signal: AbortSignal): Promise<readonly Part[]> {
    if (this.#parts.length === 0) return [];
    await this.#options.online(signal);
    await this.#options.pause(firstPauseMs * 2 ** this.#used * (0.5 + this.#options.random()), signal);
    this.#used++;
    return this.#parts.splice(0);
  }
}

function whenOnline(signal: AbortSignal): Promise<void> {
  if (globalThis.navigator?.onLine !== false) return Promise.resolve();
  return new Promise((resolve, reject) => {
    globalThis.addEventListener('online', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
