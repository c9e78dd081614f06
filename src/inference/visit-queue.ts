// Parts of a run that wait for their turn. In which order they come is the run's to say; it is sorted only after that has
// changed, so that taking one costs nothing however many wait.

export class VisitQueue<Part> {
  readonly #compare: (a: Part, b: Part) => number;
  /** The next one last. */
  #waiting: Part[] = [];
  #stale = true;

  /** `compare` is below zero when `a` comes before `b`. */
  constructor(parts: readonly Part[], compare: (a: Part, b: Part) => number) {
    this.#compare = compare;
    this.add(parts);
  }

  get length(): number {
    return this.#waiting.length;
  }

  add(parts: readonly Part[]): void {
    for (const part of parts) this.#waiting.push(part);
    this.#stale = true;
  }

  /** What `compare` goes by has changed. */
  reorder(): void {
    this.#stale = true;
  }

  /** Null when none waits. */
  take(): Part | null {
    if (this.#stale) this.#waiting.sort((a, b) => this.#compare(b, a));
    this.#stale = false;
    return this.#waiting.pop() ?? null;
  }

  clear(): void {
    this.#waiting = [];
  }
}
