// Remembers what could not be read a moment ago, so that asking again is answered at once until a while has passed: for
// a tile, and, when many in a row fail, for the whole slide, whose server then is down. Each further failure doubles the
// while. It reads nothing.

import type { Failure } from '../lib/failure.ts';

const firstMs = 1000;
const longestMs = 60_000;
/** Different tiles that fail one after the other before the slide's server counts as down. */
const manyFailures = 16;

interface Cooling {
  readonly failure: Failure;
  readonly untilMs: number;
  readonly lengthMs: number;
}

export class CoolDown {
  readonly #tiles = new Map<string, Cooling>();
  readonly #clock: () => number;
  readonly #random: () => number;
  #all: Cooling | null = null;
  #inARow = 0;

  /** `clock` in ms; `random` 0..1 spreads the whiles between half and one and a half times their length. */
  constructor(clock: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The failure that asking for `key` again would meet; null when it is worth asking. */
  failureOf(key: string): Failure | null {
    const now = this.#clock();
    const cooling = [this.#all, this.#tiles.get(key)].find((one) => one && one.untilMs > now);
    return cooling?.failure ?? null;
  }

  failed(key: string, failure: Failure): void {
    this.#tiles.set(key, this.#longer(this.#tiles.get(key) ?? null, failure));
    this.#inARow++;
    if (this.#inARow >= manyFailures) this.#all = this.#longer(this.#all, failure);
  }

  succeeded(key: string): void {
    this.#tiles.delete(key);
    this.#all = null;
    this.#inARow = 0;
  }

  /** The network is back: everything is worth asking for. */
  clear(): void {
    this.#tiles.clear();
    this.#all = null;
    this.#inARow = 0;
  }

  #longer(before: Cooling | null, failure: Failure): Cooling {
    const lengthMs = before === null ? firstMs : Math.min(longestMs, 2 * before.lengthMs);
    return { failure, lengthMs, untilMs: this.#clock() + lengthMs * (0.5 + this.#random()) };
  }
}
