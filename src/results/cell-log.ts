// Which cells of a grid have changed, in order: whoever shows the grid goes on from where it was, and never has to look
// at all the cells again.

export class CellLog {
  #cells = new Uint32Array(256);
  #length = 0;

  /** How many changes there were. */
  get length(): number {
    return this.#length;
  }

  add(cell: number): void {
    if (this.#length === this.#cells.length) {
      const larger = new Uint32Array(2 * this.#length);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells[this.#length++] = cell;
  }

  /** The cells of the changes from number `from` on. */
  since(from: number): Uint32Array {
    return this.#cells.subarray(from, this.#length);
  }
}
