// How the feature cells of two magnifications relate: dsml.md 1 and 5. Pure; embeddings in, numbers out. A pair is a fine
// and a coarse map of h x h cells about one centre; i numbers coarse cells, j fine cells, both row by row.

/** Embeddings of one field, rows of unit length, row by row, among those of others. */
export interface CellEmbeddings {
  readonly values: Float32Array;
  /** Cells a side of the field. */
  readonly cells: number;
  /** Length of an embedding. */
  readonly size: number;
  /** Number of the field's first cell in `values`. */
  readonly firstCell: number;
}

/** Where the embedding of cell i (row by row in the field) begins in `values`. */
function startOf({ size, firstCell }: CellEmbeddings, i: number): number {
  return (firstCell + i) * size;
}

/**
 * Share of each fine cell, along one axis, that each coarse cell covers: cells x cells, [coarse * cells + fine]. The area
 * share A_ij is the product of both axes. `ratio` is the coarse spacing over the fine one.
 */
export function overlapAlongAxis(cells: number, ratio: number): Float64Array {
  const shares = new Float64Array(cells * cells);
  for (let coarse = 0; coarse < cells; coarse++) {
    const low = (coarse / cells - 0.5) * ratio;
    const high = ((coarse + 1) / cells - 0.5) * ratio;
    for (let fine = 0; fine < cells; fine++) {
      const begin = Math.max(low, fine / cells - 0.5);
      const end = Math.min(high, (fine + 1) / cells - 0.5);
      const share = (end - begin) * cells;
      // Floating noise must not make neighbours overlap.
      if (share > 1e-9) shares[coarse * cells + fine] = Math.min(1, share);
    }
  }
  return shares;
}

/** A_ij = area of coarse cell i within fine cell j / area of fine cell j: h^2 x h^2, row-major. Columns sum to 1. */
export function parentMap(cells: number, ratio: number): Float64Array {
  const axis = overlapAlongAxis(cells, ratio);
  const count = cells * cells;
  const map = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const rows = axis[Math.floor(i / cells) * cells + Math.floor(j / cells)] ?? 0;
      const columns = axis[(i % cells) * cells + (j % cells)] ?? 0;
      map[i * count + j] = rows * columns;
    }
  }
  return map;
}

/** S_ij = inner product of coarse embedding i and fine embedding j: h^2 x h^2, row-major, -1..1. */
export function similarityMatrix(fine: CellEmbeddings, coarse: CellEmbeddings): Float32Array {
  const count = fine.cells * fine.cells;
  const { size } = fine;
  const matrix = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    const from = startOf(coarse, i);
    for (let j = 0; j < count; j++)
      matrix[i * count + j] = inner(coarse.values, from, fine.values, startOf(fine, j), size);
  }
  return matrix;
}

/** V(i) = inner product of the mean fine embedding and coarse embedding i: h^2 values. */
export function queryMap(fine: CellEmbeddings, coarse: CellEmbeddings): Float32Array {
  const count = fine.cells * fine.cells;
  const { size } = fine;
  const mean = sumOfRows(fine).map((value) => value / count);
  return Float32Array.from({ length: count }, (_, i) => inner(coarse.values, startOf(coarse, i), mean, 0, size));
}

export interface PairScores {
  /** Mean over fine cells of their similarity with the coarse cells they lie in, weighted by area. */
  readonly aligned: number;
  /** `aligned` minus the mean similarity of all that does not overlap. */
  readonly contrast: number;
}

/**
 * Scores one pair of maps at a time without making S: fine embeddings are summed within each coarse cell first, which
 * takes h^2 rather than h^4 inner products.
 */
export class PairScorer {
  readonly #axis: Float64Array;
  readonly #cells: number;

  constructor(cells: number, ratio: number) {
    this.#axis = overlapAlongAxis(cells, ratio);
    this.#cells = cells;
  }

  score(fine: CellEmbeddings, coarse: CellEmbeddings): PairScores {
    const cells = this.#cells;
    const count = cells * cells;
    const overlapping = this.#overlapping(fine, coarse);
    const all = inner(sumOfRows(fine), 0, sumOfRows(coarse), 0, fine.size);
    // The weights A_ij sum to one a fine cell, so what lies elsewhere weighs count^2 - count.
    const aligned = overlapping / count;
    const elsewhere = count > 1 ? (all - overlapping) / (count * count - count) : 0;
    return { aligned, contrast: aligned - elsewhere };
  }

  /** Sum over i and j of A_ij S_ij. */
  #overlapping(fine: CellEmbeddings, coarse: CellEmbeddings): number {
    const cells = this.#cells;
    const { size } = fine;
    const pooled = new Float64Array(size);
    let sum = 0;
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        if (!this.#pool(fine, row, column, pooled)) continue;
        sum += inner(coarse.values, startOf(coarse, row * cells + column), pooled, 0, size);
      }
    }
    return sum;
  }

  /** Fine embeddings summed by their share in one coarse cell, into `pooled`; false when none lies in it. */
  #pool(fine: CellEmbeddings, row: number, column: number, pooled: Float64Array): boolean {
    const cells = this.#cells;
    const axis = this.#axis;
    pooled.fill(0);
    let any = false;
    for (let r = 0; r < cells; r++) {
      const down = axis[row * cells + r] ?? 0;
      if (down === 0) continue;
      for (let c = 0; c < cells; c++) {
        const share = down * (axis[column * cells + c] ?? 0);
        if (share === 0) continue;
        any = true;
        const at = startOf(fine, r * cells + c);
        for (let d = 0; d < fine.size; d++) pooled[d] = (pooled[d] as number) + share * (fine.values[at + d] as number);
      }
    }
    return any;
  }
}

function sumOfRows(field: CellEmbeddings): Float64Array {
  const { values, cells, size } = field;
  const sum = new Float64Array(size);
  for (let i = 0; i < cells * cells; i++) {
    const at = startOf(field, i);
    for (let d = 0; d < size; d++) sum[d] = (sum[d] as number) + (values[at + d] as number);
  }
  return sum;
}

function inner(a: ArrayLike<number>, fromA: number, b: ArrayLike<number>, fromB: number, size: number): number {
  let sum = 0;
  for (let d = 0; d < size; d++) sum += (a[fromA + d] as number) * (b[fromB + d] as number);
  return sum;
}
