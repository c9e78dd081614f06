// The grid that a run fills: cells come in batches, in any order, and are on view while more come. Bookkeeping only:
// which cells there are was planned before, and numbers are taken as they are.

import type { Rect } from '../pyramid/geometry.ts';
import { type AnalysisResult, cellStatus, type PairResult, type Provenance } from './analysis-result.ts';
import { areasMm2, likeliestClass } from './statistics.ts';

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
export type ResultView = Omit<AnalysisResult, 'areaMm2' | 'state' | 'provenance'>;

export class ResultGrid {
  /** The cells so far; layers paint from it. */
  readonly view: ResultView;
  #done = 0;
  #unread = 0;
  readonly #classCells: number[];
  #finished = false;

  constructor({ plan, classNames, pairs, hasFamiliarity }: GridOptions) {
    const { region, cellSize, columns, rows, tissue } = plan;
    const cells = columns * rows;
    this.#classCells = classNames.map(() => 0);
    if (tissue.length !== cells) throw new RangeError(`${tissue.length} tissue flags for ${columns} x ${rows} cells.`);
    const noNumbers = (count = cells) => new Float32Array(count).fill(Number.NaN);
    this.view = {
      region,
      cellSize,
      columns,
      rows,
      classNames,
      status: Uint8Array.from(tissue, (isTissue) => (isTissue === 0 ? cellStatus.noTissue : cellStatus.notReached)),
      probabilities: noNumbers(cells * classNames.length),
      entropy: noNumbers(),
      familiarity: hasFamiliarity ? noNumbers() : null,
      similarity: pairs.map(({ fine, coarse }): PairResult => {
        return { fine, coarse, aligned: noNumbers(), contrast: noNumbers() };
      }),
    };
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

  /** Takes a batch in. A cell that comes again (after a device was lost) takes the place of what came before. */
  add(cells: FinishedCells): void {
    if (this.#finished) throw new Error('Cells came after the run had ended.');
    for (let from = 0; from < cells.index.length; from++) {
      const cell = cells.index[from] ?? 0;
      if (cell >= this.view.status.length) throw new RangeError(`There is no cell ${cell} in this run.`);
      this.#count(cell, -1);
      this.view.status[cell] = cells.status[from] ?? cellStatus.unread;
      this.#copyNumbers(cells, from, cell);
      this.#count(cell, 1);
    }
  }

  /** The result of the run, of these very arrays: no more cells may come. */
  finish(state: AnalysisResult['state'], provenance: Provenance): AnalysisResult {
    this.#finished = true;
    return { ...this.view, areaMm2: areasMm2(this.view, provenance.slide), state, provenance };
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
