// A run in mode exact, where cells share nothing: takes unit after unit, nearest to what is on screen first, reads the next
// units' fields while one (on a graphics device two) is computed, and tells every unit's cells as they are done. It knows
// neither threads nor tissue: cells come in, answers go out. Where cells share features, lattice-run.ts does less work.

import { isFailure } from '../lib/failure.ts';
import type { EncoderRaster, ModelRuntime } from '../model/model-runtime.ts';
import { withMaps } from '../model/with-maps.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { distanceFromView } from '../pyramid/visit-order.ts';
import { Interpreter } from './interpret.ts';
import { isUnreadable, RunControl, type RunHost, type RunStart } from './run-control.ts';
import type { RunGeometry } from './run-geometry.ts';
import { SecondChances } from './second-chances.ts';
import { VisitQueue } from './visit-queue.ts';
import { type WorkUnit, workUnit, workUnits } from './work-unit.ts';

/** Units whose fields are read ahead of those that are computed. */
const readAhead = 2;
/** Units at work at once: a device computes the next while the answers of the one before are read back. */
const unitsOnDevice = 2;

interface Reading {
  readonly unit: WorkUnit;
  /** What it was read for: rasters on a device are of no use on another. */
  readonly runtime: ModelRuntime;
  readonly rasters: Promise<readonly EncoderRaster[]>;
}

/** The cells of a run and how they lie. */
export interface ExactWork {
  readonly geometry: RunGeometry;
  readonly cells: readonly number[];
}

export class ExactRun extends RunControl {
  readonly #geometry: RunGeometry;
  readonly #interpreter: Interpreter;
  readonly #chances: SecondChances<WorkUnit>;
  readonly #waiting: VisitQueue<WorkUnit>;
  #visible: Rect | null;
  #reading: Reading[] = [];
  /** In the order they began. */
  #working: Promise<void>[] = [];

  constructor(host: RunHost, { geometry, cells }: ExactWork, { visible, kept, chances }: RunStart) {
    super(host);
    this.#chances = new SecondChances(chances);
    const { manifest, runtime } = host.lease.model;
    this.#geometry = geometry;
    this.#interpreter = new Interpreter(manifest, runtime.windowCells);
    this.#visible = visible;
    const left = cells.filter((cell) => kept?.[cell] !== 1);
    this.#waiting = new VisitQueue(
      workUnits(geometry, left, runtime.encodeBatch),
      (a, b) => distanceFromView(this.#visible, a.rect) - distanceFromView(this.#visible, b.rect),
    );
  }

  protected override async step(): Promise<boolean> {
    this.#readAhead();
    const next = this.#reading.shift();
    if (next !== undefined) this.#begin(next);
    else if (this.#working.length === 0) {
      this.#waiting.add(await this.#chances.take(this.stop.signal));
      return this.#waiting.length > 0;
    }
    const atOnce = this.host.lease.model.runtime.prefersFixedSizes ? unitsOnDevice : 1;
    if (next === undefined || this.#working.length >= atOnce) await this.#working.shift();
    return true;
  }

  #begin(reading: Reading): void {
    const work = this.#work(reading);
    // A failure is met when its turn to be waited for comes.
    work.catch(() => undefined);
    this.#working.push(work);
  }

  protected override async close(): Promise<void> {
    await Promise.allSettled(this.#working);
    this.#waiting.clear();
    this.#reading = [];
  }

  override lookAt(visible: Rect): void {
    this.#visible = visible;
    this.#waiting.reorder();
  }

  #readAhead(): void {
    while (this.#reading.length < readAhead) {
      const unit = this.#waiting.take();
      if (unit === null) return;
      const { runtime } = this.host.lease.model;
      const rasters = this.host.read(unit.fields.flat(), this.stop.signal);
      // A failure is met when the unit's turn comes, or never, after a cancel.
      rasters.catch(() => undefined);
      this.#reading.push({ unit, runtime, rasters });
    }
  }

  async #work({ unit, runtime, rasters }: Reading): Promise<void> {
    let read: readonly EncoderRaster[];
    try {
      read = await rasters;
    } catch (error) {
      if (this.stop.signal.aborted) return;
      if (!isUnreadable(error)) throw error;
      if (error.mayPass && this.#chances.put(unit)) return;
      // A tile can't be had: cell by cell, until only those concerned are left.
      if (!this.#split(unit)) this.tell(unit.cells, null);
      return;
    }
    if (runtime !== this.host.lease.model.runtime) {
      this.#waiting.add([unit]);
      return;
    }
    try {
      await this.#compute(unit, read, runtime);
    } catch (error) {
      if (isFailure(error, 'device-lost')) {
        this.#waiting.add([unit]);
        await this.host.lease.recover(runtime);
      } else if (!isFailure(error, 'out-of-memory') || !this.#split(unit)) throw error;
    }
  }

  /** Its cells wait again, one by one; false when there is only one. */
  #split({ cells }: WorkUnit): boolean {
    if (cells.length === 1) return false;
    this.#waiting.add(cells.map((cell) => workUnit(this.#geometry, [cell])));
    return true;
  }

  async #compute({ cells, fields }: WorkUnit, read: readonly EncoderRaster[], runtime: ModelRuntime): Promise<void> {
    const count = cells.length;
    const batches = fields.map((_, m) => read.slice(m * count, (m + 1) * count));
    const corner = runtime.contextPx / runtime.featureStridePx;
    const windows = fields.map(() => cells.map((_, item) => ({ item, row: corner, column: corner })));
    const output = await withMaps(runtime, batches, (maps) => runtime.classify(maps, windows, { embeddings: true }));
    if (!this.ended) this.tell(cells, this.#interpreter.answers(output));
  }
}
