// The grid that a run fills: cells come in batches, in any order, and are on view while more come. Bookkeeping only:
// which cells there are was planned before, and numbers are taken as they are. It may be laid onto cells that are there
// already, beside them or in their place: then it holds both.

import type { Rect } from '../pyramid/geometry.ts';
import { type AnalysisResult, cellStatus, type PairResult, type Provenance } from './analysis-result.ts';
import { CellLog } from './cell-log.ts';
import { type Placed, placeIn, unionOf } from './placed.ts';
import { cellAreaMm2, likeliestClass } from './statistics.ts';

/** The cells of a run, known before the first is done. */
export interface GridPlan {
  /** Whole cells, level-0 px. */
  readonly region: Rect;
  /** Level-0 px a side, may be fractional. */
  readonly cellSize: number;
  readonly columns: number;
  readonly rows: number;
  /** rows x columns, 1 where there is tissue. */
  readonly tissue: Uint8Array;
}

export interface GridOptions {
  readonly plan: GridPlan;
  readonly classNames: readonly string[];
  /** Pairs of magnifications that have a similarity, um/px; none for a model without embeddings. */
  readonly pairs: readonly { readonly fine: number; readonly coarse: number }[];
  readonly hasFamiliarity: boolean;
  /** Cells of the same kind that are there already, anywhere on the lattice. */
  readonly onto?: ResultView | null;
}

/** Cells that have come to an end. */
export interface FinishedCells {
  /** row * columns + column of each. */
  readonly index: Uint32Array;
  /** 1 done, 2 unread; the numbers of unread cells are not looked at. */
  readonly status: Uint8Array;
  /** cells x classes. */
  readonly probabilities: Float32Array;
  readonly entropy: Float32Array;
  readonly familiarity: Float32Array | null;
  /** One a pair, in the order of `pairs`. */
  readonly similarity: readonly { readonly aligned: Float32Array; readonly contrast: Float32Array }[];
}

/** What there is to show of a run: arrays that go on changing until it is finished. */
export type ResultView = Omit<AnalysisResult, 'areaMm2' | 'state' | 'provenance'> & {
  /** Cells that came since the arrays were made; absent where nothing changes any more. */
  readonly changes?: CellLog;
};

export class ResultGrid {
  /** The cells so far; layers paint from it. */
  readonly view: ResultView;
  #done = 0;
  #unread = 0;
  readonly #classCells: number[];
  readonly #changes = new CellLog();
  /** From a cell of the plan to one of the view. */
  readonly place: (cell: number) => number;
  #finished = false;

  constructor({ plan, classNames, pairs, hasFamiliarity, onto = null }: GridOptions) {
    const { tissue } = plan;
    if (tissue.length !== plan.columns * plan.rows)
      throw new RangeError(`${tissue.length} tissue flags for ${plan.columns} x ${plan.rows} cells.`);
    const { region, cellSize, columns, rows }: Placed = onto === null ? plan : unionOf(onto, plan);
    const cells = columns * rows;
    this.#classCells = classNames.map(() => 0);
    const noNumbers = (count = cells) => new Float32Array(count).fill(Number.NaN);
    this.view = {
      region,
      cellSize,
      columns,
      rows,
      classNames,
      // What lies between two regions is not reached: nobody has looked whether there is tissue.
      status: new Uint8Array(cells).fill(cellStatus.notReached),
      probabilities: noNumbers(cells * classNames.length),
      entropy: noNumbers(),
      familiarity: hasFamiliarity ? noNumbers() : null,
      similarity: pairs.map(({ fine, coarse }): PairResult => {
        return { fine, coarse, aligned: noNumbers(), contrast: noNumbers() };
      }),
      changes: this.#changes,
    };
    this.place = placeIn(this.view, plan);
    if (onto !== null) this.#takeOver(onto);
    this.#mark(tissue, plan);
  }

  /** Cells with numbers. */
  get done(): number {
    return this.#done;
  }

  /** Cells whose tiles could not be had. */
  get unread(): number {
    return this.#unread;
  }

  /** Done cells whose likeliest class it is, one number a class. */
  get classCells(): readonly number[] {
    return this.#classCells;
  }

  /** Takes a batch of the plan's cells in. A cell that comes again takes the place of what came before. */
  add(cells: FinishedCells): void {
    if (this.#finished) throw new Error('Cells came after the run had ended.');
    for (let from = 0; from < cells.index.length; from++) {
      const cell = this.place(cells.index[from] ?? -1);
      if (cell < 0) throw new RangeError(`There is no cell ${cells.index[from]} in this run.`);
      this.#count(cell, -1);
      this.view.status[cell] = cells.status[from] ?? cellStatus.unread;
      this.#copyNumbers(cells, from, cell);
      this.#count(cell, 1);
      this.#changes.add(cell);
    }
  }

  /** The result of the run, of these very arrays: no more cells may come. */
  finish(state: AnalysisResult['state'], provenance: Provenance): AnalysisResult {
    this.#finished = true;
    const { changes: _, ...cells } = this.view;
    const cellMm2 = cellAreaMm2(cells.cellSize, provenance.slide);
    const areaMm2 = Object.fromEntries(
      cells.classNames.map((name, index) => [name, (this.#classCells[index] ?? 0) * cellMm2]),
    );
    return { ...cells, areaMm2, state, provenance };
  }

  #takeOver(from: ResultView): void {
    const place = placeIn(this.view, from);
    const copy = <Numbers extends Uint8Array | Float32Array>(source: Numbers | null, target: Numbers | null) => {
      if (source === null || target === null) return;
      const numbers = source.length / from.rows;
      const perCell = numbers / from.columns;
      for (let row = 0; row < from.rows; row++) {
        target.set(source.subarray(row * numbers, (row + 1) * numbers), place(row * from.columns) * perCell);
      }
    };
    const { status, probabilities, entropy, familiarity, similarity } = this.view;
    copy(from.status, status);
    copy(from.probabilities, probabilities);
    copy(from.entropy, entropy);
    copy(from.familiarity, familiarity);
    similarity.forEach(({ aligned, contrast }, pair) => {
      copy(from.similarity[pair]?.aligned ?? null, aligned);
      copy(from.similarity[pair]?.contrast ?? null, contrast);
    });
    for (let cell = 0; cell < status.length; cell++) this.#count(cell, 1);
  }

  /** Where there is tissue is known of the plan's cells; what has come to an end stays. */
  #mark(tissue: Uint8Array, plan: GridPlan): void {
    const { status } = this.view;
    for (let row = 0; row < plan.rows; row++) {
      const [from, to] = [row * plan.columns, this.place(row * plan.columns)];
      for (let column = 0; column < plan.columns; column++) {
        const before = status[to + column];
        if (before === cellStatus.done || before === cellStatus.unread) continue;
        status[to + column] = tissue[from + column] === 0 ? cellStatus.noTissue : cellStatus.notReached;
      }
    }
  }

  #count(cell: number, change: 1 | -1): void {
    const status = this.view.status[cell];
    if (status === cellStatus.unread) this.#unread += change;
    if (status !== cellStatus.done) return;
    this.#done += change;
    const best = likeliestClass(this.view, cell);
    if (best >= 0) this.#classCells[best] = (this.#classCells[best] ?? 0) + change;
  }

  #copyNumbers(cells: FinishedCells, from: number, cell: number): void {
    const isDone = this.view.status[cell] === cellStatus.done;
    const copy = (source: Float32Array | null | undefined, target: Float32Array | null, width = 1) => {
      for (let i = 0; i < width && target !== null; i++) {
        target[cell * width + i] = isDone ? (source?.[from * width + i] ?? Number.NaN) : Number.NaN;
      }
    };
    copy(cells.probabilities, this.view.probabilities, this.view.classNames.length);
    copy(cells.entropy, this.view.entropy);
    copy(cells.familiarity, this.view.familiarity);
    this.view.similarity.forEach(({ aligned, contrast }, pair) => {
      copy(cells.similarity[pair]?.aligned, aligned);
      copy(cells.similarity[pair]?.contrast, contrast);
    });
  }
}

/** The cells of a view that have come to an end, by themselves; null when there are none. */
export function finishedCells(view: ResultView): FinishedCells | null {
  const { status, classNames, probabilities, entropy, familiarity, similarity } = view;
  const found: number[] = [];
  // A plain loop: a large slide has millions of cells, most of them glass.
  for (let cell = 0; cell < status.length; cell++) {
    if (status[cell] === cellStatus.done || status[cell] === cellStatus.unread) found.push(cell);
  }
  const index = Uint32Array.from(found);
  if (index.length === 0) return null;
  const pick = (values: Float32Array, width = 1) => {
    const picked = new Float32Array(index.length * width);
    index.forEach((cell, n) => {
      picked.set(values.subarray(cell * width, (cell + 1) * width), n * width);
    });
    return picked;
  };
  return {
    index,
    status: Uint8Array.from(index, (cell) => status[cell] ?? 0),
    probabilities: pick(probabilities, classNames.length),
    entropy: pick(entropy),
    familiarity: familiarity === null ? null : pick(familiarity),
    similarity: similarity.map(({ aligned, contrast }) => ({ aligned: pick(aligned), contrast: pick(contrast) })),
  };
}

/** The cells of a view that are not known to be without tissue, as a plan has them. */
export function tissueOf(status: Uint8Array): Uint8Array {
  const tissue = new Uint8Array(status.length);
  for (let cell = 0; cell < status.length; cell++) if (status[cell] !== cellStatus.noTissue) tissue[cell] = 1;
  return tissue;
}
