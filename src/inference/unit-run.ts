// A run over units of cells that the device encodes on the spot: takes unit after unit, nearest to what is on screen first,
// reads the next units' fields while one (on a graphics device two) is computed, and tells every batch of cells as it is done. It knows neither
// threads nor tissue: units come in, cells go out. Where features lie in main memory, lattice-run.ts does less work.

import { isFailure } from '../lib/failure.ts';
import type { EncoderRaster, ModelRuntime } from '../model/model-runtime.ts';
import { withMaps } from '../model/with-maps.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { distanceFromView } from '../pyramid/visit-order.ts';
import { Interpreter } from './interpret.ts';
import { isUnreadable, RunControl, type RunHost, type RunStart } from './run-control.ts';
import { SecondChances } from './second-chances.ts';
import { VisitQueue } from './visit-queue.ts';
import { onlyCells, type WorkUnit } from './work-unit.ts';

/** Units whose fields are read ahead of those that are computed. */
const readAhead = 2;
/** Units at work at once: a device computes the next while the answers of the one before are read back. */
const unitsOnDevice = 2;
/** Cells between two looks at what the user wants. */
const cellsPerTurn = 64;

interface Reading {
  readonly unit: WorkUnit;
  /** What it was read for: rasters on a device are of no use on another. */
  readonly runtime: ModelRuntime;
  readonly rasters: Promise<readonly EncoderRaster[]>;
}

export class UnitRun extends RunControl {
  readonly #interpreter: Interpreter;
  readonly #chances: SecondChances<WorkUnit>;
  readonly #waiting: VisitQueue<WorkUnit>;
  #visible: Rect | null;
  #reading: Reading[] = [];
  /** In the order they began. */
  #working: Promise<void>[] = [];

  constructor(host: RunHost, units: readonly WorkUnit[], { visible, kept, chances }: RunStart) {
    super(host);
    this.#chances = new SecondChances(chances);
    const { manifest, runtime } = host.lease.model;
    this.#interpreter = new Interpreter(manifest, runtime.windowCells);
    this.#visible = visible;
    const left = kept === null ? units : units.map((unit) => onlyCells(unit, (cell) => kept[cell] !== 1));
    this.#waiting = new VisitQueue(
      left.filter(({ cells }) => cells.length > 0),
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
      if (!error.mayPass || !this.#chances.put(unit)) this.#narrow(unit);
      return;
    }
    if (runtime !== this.host.lease.model.runtime) {
      this.#waiting.add([unit]);
      return;
    }
    const done = new Set<number>();
    try {
      await this.#compute(unit, read, done);
    } catch (error) {
      const left = unit.without(done);
      if (isFailure(error, 'out-of-memory') && left !== null && left.cells.length > 1) {
        this.#waiting.add(left.split());
      } else if (isFailure(error, 'device-lost')) {
        if (left !== null) this.#waiting.add([left]);
        await this.host.lease.recover(runtime);
      } else throw error;
    }
  }

  /** Somewhere in the unit a tile can't be had: looks for it in smaller units, until only the cells concerned are left. */
  #narrow(unit: WorkUnit): void {
    const parts = unit.split();
    if (parts.length > 0) this.#waiting.add(parts);
    else this.tell(unit.cells, null);
  }

  async #compute(unit: WorkUnit, read: readonly EncoderRaster[], done: Set<number>): Promise<void> {
    const { runtime } = this.host.lease.model;
    const batches = inBatches(unit, read);
    await withMaps(runtime, batches, async (maps) => {
      const embedded = await runtime.embedMaps(maps, unit.cells.length);
      for (let start = 0; start < unit.cells.length; start += cellsPerTurn) {
        if (start > 0) await this.turn();
        if (this.ended) return;
        const windows = unit.windows.map((one) => one.slice(start, start + cellsPerTurn));
        const output = await runtime.classify(maps, windows, { embeddings: embedded === null });
        if (this.ended) return;
        const cells = unit.cells.slice(start, start + cellsPerTurn);
        const fields = embedded === null ? undefined : this.#interpreter.mapEmbeddings(embedded, windows);
        this.tell(cells, this.#interpreter.answers(output, fields));
        for (const cell of cells) done.add(cell);
      }
    });
  }
}

/** The rasters as `read` gave them, one after the other, back in their batches. */
function inBatches(unit: WorkUnit, rasters: readonly EncoderRaster[]): EncoderRaster[][] {
  let at = 0;
  return unit.fields.map((batch) => {
    const from = at;
    at += batch.length;
    return rasters.slice(from, at);
  });
}
