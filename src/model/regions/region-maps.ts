// Values of feature cells in main memory, region by region, and the windows of patches copied out of them, wherever the
// borders between regions run. No arithmetic.

import type { FeatureRegion } from '../model-runtime.ts';

interface KeptRegion {
  readonly region: FeatureRegion;
  /** rows x columns x size. */
  readonly values: Float32Array;
}

/** The values of one magnification. */
export class RegionMaps {
  readonly #kept = new Set<KeptRegion>();
  #size = 0;

  /** Numbers a feature cell. */
  get size(): number {
    return this.#size;
  }

  /** Bytes kept. */
  get bytes(): number {
    return [...this.#kept].reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  add(region: FeatureRegion, values: Float32Array): void {
    this.#size = values.length / (region.rows * region.columns);
    this.#kept.add({ region, values });
  }

  forget({ column, row }: FeatureRegion): void {
    for (const kept of this.#kept) {
      if (kept.region.column === column && kept.region.row === row) this.#kept.delete(kept);
    }
  }

  /** Copies the window of `cells` a side that begins at (column, row) to `out`, from `at` on. @throws Error for a hole. */
  copyWindow(column: number, row: number, cells: number, out: Float32Array, at: number): void {
    let missing = cells * cells;
    for (const { region, values } of this.#kept) {
      const left = Math.max(column, region.column);
      const right = Math.min(column + cells, region.column + region.columns);
      const top = Math.max(row, region.row);
      const bottom = Math.min(row + cells, region.row + region.rows);
      if (left >= right || top >= bottom) continue;
      for (let y = top; y < bottom; y++) {
        const from = ((y - region.row) * region.columns + left - region.column) * this.#size;
        const to = ((y - row) * cells + left - column) * this.#size;
        out.set(values.subarray(from, from + (right - left) * this.#size), at + to);
      }
      missing -= (right - left) * (bottom - top);
    }
    if (missing > 0) throw new Error(`The window at (${column}, ${row}) has ${missing} cells that no region holds.`);
  }
}
