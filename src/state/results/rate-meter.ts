// How fast cells come, over the last seconds, so that the remaining time follows a run that slows down.

const windowMs = 8000;

export class RateMeter {
  readonly #now: () => number;
  #samples: { atMs: number; count: number }[] = [];

  /** `now` in ms, from any origin. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Begins anew, at the start and after a pause. */
  start(): void {
    this.#samples = [{ atMs: this.#now(), count: 0 }];
  }

  /** Notes that `count` more are done; answers how many a second, 0 until that can be said. */
  add(count: number): number {
    const nowMs = this.#now();
    this.#samples.push({ atMs: nowMs, count });
    while (this.#samples.length > 2 && nowMs - (this.#samples[0]?.atMs ?? nowMs) > windowMs) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || nowMs <= first.atMs) return 0;
    // The first sample's own cells were done before the window began.
    const done = this.#samples.slice(1).reduce((sum, sample) => sum + sample.count, 0);
    return (done * 1000) / (nowMs - first.atMs);
  }
}
