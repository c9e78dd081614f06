// What the coarsest magnification alone says of a run's cells: shown pale until the run gets there, and let go when it
// ends. Never part of a result or an export.

export interface PreliminaryCells {
  /** row * columns + column of each. */
  readonly index: Uint32Array;
  /** cells x classes. */
  readonly probabilities: Float32Array;
  readonly entropy: Float32Array;
}

export class PreliminaryMap {
  /** rows x columns, 1 where something is known. */
  readonly known: Uint8Array;
  /** rows x columns x classes. */
  readonly probabilities: Float32Array;
  readonly entropy: Float32Array;
  readonly #classes: number;

  constructor(cells: number, classes: number) {
    this.known = new Uint8Array(cells);
    this.probabilities = new Float32Array(cells * classes).fill(Number.NaN);
    this.entropy = new Float32Array(cells).fill(Number.NaN);
    this.#classes = classes;
  }

  add({ index, probabilities, entropy }: PreliminaryCells): void {
    const classes = this.#classes;
    for (const [n, cell] of index.entries()) {
      this.known[cell] = 1;
      this.probabilities.set(probabilities.subarray(n * classes, (n + 1) * classes), cell * classes);
      this.entropy[cell] = entropy[n] ?? Number.NaN;
    }
  }
}
