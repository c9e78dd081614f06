// Remembers when devices were lost: one loss is bad luck and the backend is started again; two within a minute mean that
// it will happen again, and the next backend takes over.

import type { Backend } from '../model-info.ts';

const windowMs = 60_000;
const tooMany = 2;

export class DeviceLosses {
  readonly #times = new Map<Backend, number[]>();
  #count = 0;

  /** All losses since the start. */
  get count(): number {
    return this.#count;
  }

  note(backend: Backend, nowMs: number): void {
    this.#count++;
    this.#times.set(backend, [...(this.#times.get(backend) ?? []), nowMs]);
  }

  /** True when the backend should not be tried again for now. */
  isUnreliable(backend: Backend, nowMs: number): boolean {
    const recent = (this.#times.get(backend) ?? []).filter((time) => nowMs - time < windowMs);
    return recent.length >= tooMany;
  }
}
