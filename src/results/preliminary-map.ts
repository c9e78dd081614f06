// What the coarsest magnification alone says of a run's cells: shown pale until the run gets there, and let go when it
// ends. Never part of a result or an export. Numbers are kept for the cells that were told of only: tissue may be a small
// part of a large grid.

import { CellLog } from './cell-log.ts';

export interface PreliminaryCells {
  /** Cells of the plan: row * columns + column of each. */
  readonly index: Uint32Array;
  /** cells x classes. */
  readonly probabilities: Float32Array;
  readonly entropy: Float32Array;
}

export class PreliminaryMap {
  /** Slots x classes. */
  readonly probabilities: Float32Array;
  /** By slot. */
  readonly entropy: Float32Array;
  /** Cells that were told of, as they came. */
  readonly changes = new CellLog();
  /** rows x columns of the view: slot + 1, 0 where nothing is known. */
  readonly #slots: Int32Array;
  readonly #classes: number;
  readonly #place: (cell: number) => number;
  #filled = 0;

  /** `cells`: of the view; `most`: that will ever be told of; `place`: from a cell of the plan to one of the view. */
  constructor(cells: number, most: number, classes: number, place: (cell: number) => number = (cell) => cell) {
    this.#slots = new Int32Array(cells);
    this.probabilities = new Float32Array(most * classes);
    this.entropy = new Float32Array(most);
    this.#classes = classes;
    this.#place = place;
  }

  /** Where the numbers of a cell of the view are; -1 where nothing is known of it. */
  slotOf(cell: number): number {
    return (this.#slots[cell] ?? 0) - 1;
  }

  add({ index, probabilities, entropy }: PreliminaryCells): void {
    const classes = this.#classes;
    for (const [n, planned] of index.entries()) {
      const cell = this.#place(planned);
      if (this.slotOf(cell) < 0) this.#slots[cell] = ++this.#filled;
      const slot = this.slotOf(cell);
      this.probabilities.set(probabilities.subarray(n * classes, (n + 1) * classes), slot * classes);
      this.entropy[slot] = entropy[n] ?? Number.NaN;
      this.changes.add(cell);
    }
  }
}
