// Gives the regions of a run to whoever can take them: threads of their own once they are ready, this thread until then and
// when there are none. Each takes one at a time, a graphics device two; how many work at once can be lowered at any moment:
// what a thread too many was at is broken off and done again.

import { abortError } from '../../lib/abort.ts';
import { isFailure } from '../../lib/failure.ts';
import type { RegionJob, TakenRegion, Taker } from './region-taker.ts';

/** A taker on a thread of its own. */
export interface RemoteTaker {
  /** Resolves when it can take; rejects when it never will. */
  readonly ready: Promise<void>;
  /** Null when it was broken off. @throws as Taker. */
  take(job: RegionJob): Promise<TakenRegion | null>;
  /** Ends what it is at as soon as can be, where it can be reached. */
  breakOff(): void;
  dispose(): void;
}

interface Waiting {
  readonly job: RegionJob;
  readonly signal: AbortSignal | undefined;
  resolve(taken: TakenRegion): void;
  reject(error: unknown): void;
}

export class TakerQueue {
  readonly #local: Taker;
  readonly #localWidth: number;
  /** Every thread that may still come to take. */
  readonly #remotes: Set<RemoteTaker>;
  /** Those that can take and have nothing to do, the last to finish first: it goes on, so that in calm the others rest. */
  readonly #idle: RemoteTaker[] = [];
  /** Those at work, the last to begin last. */
  readonly #atWork = new Set<RemoteTaker>();
  readonly #waiting: Waiting[] = [];
  #ready = 0;
  /** Regions that this thread is at. */
  #atLocal = 0;
  #busy = 0;
  #calm = false;

  /** `localWidth`: regions that this thread takes at once; a graphics device computes one while another is read back. */
  constructor(local: Taker, remotes: readonly RemoteTaker[] = [], localWidth = 1) {
    this.#local = local;
    this.#localWidth = localWidth;
    this.#remotes = new Set(remotes);
    for (const remote of remotes) {
      remote.ready.then(
        () => {
          this.#ready++;
          this.#idle.push(remote);
          this.#next();
        },
        () => this.#lose(remote),
      );
    }
  }

  /** Regions that can be worked on at once. */
  get width(): number {
    return Math.max(this.#localWidth, this.#remotes.size);
  }

  /** One thread fewer while the user is at work on the page, but never none. */
  setCalm(calm: boolean): void {
    this.#calm = calm;
    const tooMany = this.#atWork.size - this.#most;
    // Those that began last lose least.
    if (tooMany > 0) for (const remote of [...this.#atWork].slice(-tooMany)) remote.breakOff();
    this.#next();
  }

  /** @throws Failure `out-of-memory`, `device-lost`; an AbortError when `signal` aborts before it is done. */
  take(job: RegionJob, signal?: AbortSignal): Promise<TakenRegion> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, signal, resolve, reject });
      this.#next();
    });
  }

  dispose(): void {
    for (const remote of this.#remotes) remote.dispose();
  }

  get #most(): number {
    return this.#calm ? Math.max(1, this.width - 1) : this.width;
  }

  #next(): void {
    while (this.#busy < this.#most) {
      const [waiting] = this.#waiting;
      if (waiting === undefined) return;
      if (waiting.signal?.aborted) {
        this.#waiting.shift();
        waiting.reject(abortError());
        continue;
      }
      const remote = this.#idle.shift() ?? null;
      // This thread has others to answer: it takes regions only as long as nobody else can.
      if (remote === null && (this.#ready > 0 || this.#atLocal >= this.#localWidth)) return;
      this.#waiting.shift();
      void this.#work(remote, waiting);
    }
  }

  async #work(remote: RemoteTaker | null, waiting: Waiting): Promise<void> {
    this.#busy++;
    if (remote === null) {
      this.#atLocal++;
      await this.#local.take(waiting.job).then(waiting.resolve, waiting.reject);
      this.#atLocal--;
    } else await this.#workAt(remote, waiting);
    this.#busy--;
    this.#next();
  }

  async #workAt(remote: RemoteTaker, waiting: Waiting): Promise<void> {
    const breakOff = () => remote.breakOff();
    waiting.signal?.addEventListener('abort', breakOff);
    this.#atWork.add(remote);
    try {
      const taken = await remote.take(waiting.job);
      if (taken === null) this.#waiting.unshift(waiting);
      else waiting.resolve(taken);
      this.#idle.unshift(remote);
    } catch (error) {
      if (isFailure(error)) {
        waiting.reject(error);
        this.#idle.unshift(remote);
      } else {
        // The thread is gone, not the region.
        this.#ready--;
        this.#waiting.unshift(waiting);
        this.#lose(remote);
      }
    } finally {
      this.#atWork.delete(remote);
      waiting.signal?.removeEventListener('abort', breakOff);
    }
  }

  #lose(remote: RemoteTaker): void {
    this.#remotes.delete(remote);
    remote.dispose();
    this.#next();
  }
}
