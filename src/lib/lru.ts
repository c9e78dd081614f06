// Keeps what was used last within a budget of cost (bytes, usually), and lets go of the rest.

export class Lru<K, V> {
  readonly #budget: number;
  readonly #entries = new Map<K, { value: V; cost: number }>();
  #cost = 0;

  /** `budget` is in the unit of the costs. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** The cost of all that is kept. */
  get cost(): number {
    return this.#cost;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which thereby counts as just used. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps `value`, and forgets the least recently used until the budget holds. What alone is over the budget is not kept. */
  set(key: K, value: V, cost: number): void {
    this.delete(key);
    this.#entries.set(key, { value, cost });
    this.#cost += cost;
    for (const oldest of this.#entries.keys()) {
      if (this.#cost <= this.#budget) break;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#cost -= entry.cost;
  }

  clear(): void {
    this.#entries.clear();
    this.#cost = 0;
  }
}
