// A run over features that cells share: region after region is encoded, and every cell is told as soon as all regions under
// its windows are there. First one region where the user looks, then the coarsest magnification over all the tissue for
// a preliminary map, then the rest in the order of region-order.ts. The next regions' pixels are read meanwhile. On every
// backend; after the loss of a device, what it was to give is asked of the next one.

import { isFailure } from '../lib/failure.ts';
import type { ModelRuntime, PatchGatherer } from '../model/model-runtime.ts';
import type { Rect } from '../pyramid/geometry.ts';
import { calibrate, normalisedEntropy } from './calibrate.ts';
import { Interpreter } from './interpret.ts';
import type { Lattice, LatticeRegion } from './lattice.ts';
import { RegionOrder } from './region-order.ts';
import { isUnreadable, RunControl, type RunHost, type RunStart } from './run-control.ts';
import { SecondChances } from './second-chances.ts';

/** Regions whose pixels are read ahead of those that are encoded. */
const readAhead = 2;
/** Feature cells a side, in windows, of what is encoded for the very first cells: as little as shows a few of them. */
const firstWindows = 2;
/** Cells answered between two looks at what the user wants. */
const cellsPerTurn = 128;

interface Reading {
  readonly region: LatticeRegion;
  /** Settles when the gatherer has it. */
  readonly added: Promise<void>;
}

type RegionState = 'waiting' | 'reading' | 'aside' | 'encoded' | 'cut' | 'forgotten';

export class LatticeRun extends RunControl {
  readonly #lattice: Lattice;
  readonly #interpreter: Interpreter;
  readonly #coarsest: number;
  readonly #chances: SecondChances<LatticeRegion>;
  readonly #order: RegionOrder;
  readonly #states: RegionState[] = [];
  /** Cells over an encoded region that are not told yet. */
  readonly #open: number[] = [];
  readonly #told: Uint8Array;
  readonly #foretold: Uint8Array;
  /** Chosen, and not asked of the pixels worker yet. */
  #chosen: LatticeRegion[] = [];
  #reading: Reading[] = [];
  #begun = false;
  /** Whose features the gatherer holds. */
  #runtime: ModelRuntime;
  #gatherer: PatchGatherer;

  constructor(host: RunHost, lattice: Lattice, { visible, kept, chances }: RunStart) {
    super(host);
    this.#chances = new SecondChances(chances);
    const { manifest, runtime } = host.lease.model;
    this.#lattice = lattice;
    this.#interpreter = new Interpreter(manifest, runtime.windowCells);
    this.#coarsest = lattice.magnifications - 1;
    const cellCount = lattice.patches.columns * lattice.patches.rows;
    this.#told = kept === null ? new Uint8Array(cellCount) : kept.slice();
    this.#foretold = new Uint8Array(cellCount);
    const wanted = lattice.regions.filter((region) => kept === null || this.#untold(region).length > 0);
    this.#order = new RegionOrder(lattice, wanted, visible);
    this.#runtime = runtime;
    this.#gatherer = this.#gather();
  }

  #gather(): PatchGatherer {
    const wants = (cell: number) => this.#lattice.wants(cell) && this.#told[cell] === 0;
    return this.#runtime.gather({ ...this.#lattice.patches, wants });
  }

  protected override async step(): Promise<boolean> {
    try {
      return await this.#advance();
    } catch (error) {
      if (this.ended || !isFailure(error, 'device-lost')) throw error;
      await this.#beginAgain();
      return true;
    }
  }

  /** On another device. What the lost one gave and no cell was told from may be spoilt: it is encoded anew. */
  async #beginAgain(): Promise<void> {
    await this.host.lease.recover(this.#runtime);
    this.#runtime = this.host.lease.model.runtime;
    this.#gatherer = this.#gather();
    // Those that are still being read are for the device that is gone.
    this.#reading = [];
    const unfinished = this.#lattice.regions.filter((region) => ['reading', 'encoded'].includes(this.#stateOf(region)));
    for (const { id } of unfinished) this.#states[id] = 'waiting';
    this.#order.add(unfinished);
  }

  async #advance(): Promise<boolean> {
    this.#readAhead();
    const next = this.#reading.shift();
    if (next === undefined) {
      const again = await this.#chances.take(this.stop.signal);
      for (const { id } of again) this.#states[id] = 'waiting';
      this.#order.add(again);
      return again.length > 0;
    }
    await this.#encode(next);
    return true;
  }

  override setCalm(calm: boolean): void {
    this.#gatherer.setCalm(calm);
  }

  override lookAt(visible: Rect): void {
    this.#order.lookAt(visible);
  }

  protected override async close(): Promise<void> {
    this.#chosen = [];
    // Regions that are being encoded hold the device; those that wait are given up by the signal.
    await Promise.allSettled(this.#reading.splice(0).map(({ added }) => added));
    for (const region of this.#lattice.regions) this.#gatherer.forgetRegion(region);
  }

  #stateOf({ id }: LatticeRegion): RegionState {
    return this.#states[id] ?? 'waiting';
  }

  #readAhead(): void {
    const gatherer = this.#gatherer;
    const { signal } = this.stop;
    while (this.#reading.length < gatherer.width + readAhead) {
      if (this.#chosen.length === 0) this.#choose();
      const region = this.#chosen.shift();
      if (region === undefined) return;
      this.#states[region.id] = 'reading';
      const added = this.host.read([this.#lattice.fieldOf(region)], signal).then(([raster]) => {
        if (raster === undefined) throw new Error('The pixels worker gave no raster.');
        return gatherer.add(region, raster, signal);
      });
      // A failure is met when the region's turn comes, or never, after a cancel.
      added.catch(() => undefined);
      this.#reading.push({ region, added });
    }
  }

  /** What the cell in the middle of the screen needs, cut small, so that the first answers need not wait for whole regions. */
  #chooseFirst(): void {
    const lattice = this.#lattice;
    const region = this.#next(0);
    if (region === null) return;
    this.#order.add([region]);
    const cells = this.#untold(region);
    // Rather one beside it than one whose windows lie across several regions.
    const isSimple = (cell: number) => lattice.regionsOver(cell).length === lattice.magnifications;
    const cell = this.#order.nearest(cells.filter(isSimple)) ?? this.#order.nearest(cells);
    if (cell === null) return;
    const sideCells = firstWindows * this.host.lease.model.runtime.windowCells;
    for (const whole of lattice.regionsOver(cell).reverse()) {
      const [core, ...rest] = lattice.carve(whole, cell, sideCells);
      this.#chosen.push(core ?? whole);
      if (core === undefined) continue;
      this.#states[whole.id] = 'cut';
      this.#order.add(rest.filter((one) => this.#untold(one).length > 0));
    }
  }

  /** The next regions: the map of the coarsest magnification goes first, but for the very first cells. */
  #choose(): void {
    const lattice = this.#lattice;
    if (!this.#begun) {
      this.#begun = true;
      this.#chooseFirst();
      if (this.#chosen.length > 0) return;
    }
    const foretells = this.#gatherer.answersAlone && this.#coarsest > 0;
    const coarse = foretells ? this.#next(this.#coarsest) : null;
    if (coarse !== null) {
      this.#chosen.push(coarse);
      return;
    }
    for (let magnification = 0; magnification < lattice.magnifications; magnification++) {
      const region = this.#next(magnification);
      if (region === null) continue;
      this.#chosen.push(...this.#under(region), region);
      return;
    }
  }

  #next(magnification: number): LatticeRegion | null {
    for (;;) {
      const region = this.#order.take(magnification);
      // Some were taken out of turn, because a finer one needed them.
      if (region === null || this.#stateOf(region) === 'waiting') return region;
    }
  }

  /** Cells over a region that have no answer yet. */
  #untold(region: LatticeRegion): number[] {
    return this.#lattice.cellsOver(region).filter((cell) => this.#told[cell] === 0);
  }

  /** Coarser regions that cells over `region` wait for, coarsest first. */
  #under(region: LatticeRegion): LatticeRegion[] {
    const cells = this.#untold(region);
    const found: LatticeRegion[] = [];
    for (let magnification = this.#coarsest; magnification > region.magnification; magnification--) {
      const wanted = new Set(cells.flatMap((cell) => this.#lattice.regionsOf(cell, magnification)));
      found.push(...[...wanted].filter((one) => this.#stateOf(one) === 'waiting'));
    }
    return found;
  }

  async #encode({ region, added }: Reading): Promise<void> {
    try {
      await added;
      if (this.ended) return;
    } catch (error) {
      if (this.ended) return;
      const readFailed = isUnreadable(error);
      if (readFailed && error.mayPass && this.#chances.put(region)) {
        this.#states[region.id] = 'aside';
        return;
      }
      if (!readFailed && !isFailure(error, 'out-of-memory')) throw error;
      if (!this.#cut(region)) {
        if (!readFailed) throw error;
        this.#giveUp(region);
      }
      return;
    }
    this.#states[region.id] = 'encoded';
    const cells = this.#untold(region);
    this.#open[region.id] = cells.length;
    const ready = cells.filter((cell) => this.#isReady(cell));
    if (this.#gatherer.answersAlone && region.magnification === this.#coarsest) await this.#foretell(cells);
    await this.#answer(ready);
    this.#forgetIfDone(region);
  }

  /** Reads the region again in smaller parts; false when it has none. */
  #cut(region: LatticeRegion): boolean {
    const parts = this.#lattice.split(region);
    if (parts.length === 0) return false;
    this.#states[region.id] = 'cut';
    this.#chosen.unshift(...parts.filter((part) => this.#untold(part).length > 0));
    return true;
  }

  /** The cells over a region that can't be had are unread. */
  #giveUp(region: LatticeRegion): void {
    this.#states[region.id] = 'forgotten';
    const cells = this.#untold(region);
    if (cells.length > 0) this.tell(cells, null);
    this.#settle(cells);
  }

  #isReady(cell: number): boolean {
    return this.#lattice.regionsOver(cell).every((region) => this.#stateOf(region) === 'encoded');
  }

  async #answer(cells: readonly number[]): Promise<void> {
    for (let start = 0; start < cells.length; start += cellsPerTurn) {
      if (start > 0) await this.turn();
      if (this.ended) return;
      const some = cells.slice(start, start + cellsPerTurn);
      const output = await this.#gatherer.answer(some);
      if (this.ended) return;
      this.tell(some, this.#interpreter.answers(output));
      this.#settle(some);
    }
  }

  /** What the coarsest magnification says of the cells that it has seen, told once a cell. */
  async #foretell(cells: readonly number[]): Promise<void> {
    const seen = cells.filter(
      (cell) =>
        this.#foretold[cell] === 0 &&
        this.#lattice.regionsOf(cell, this.#coarsest).every((region) => this.#stateOf(region) === 'encoded'),
    );
    if (seen.length === 0) return;
    const logits = await this.#gatherer.answerAlone(seen, this.#coarsest);
    if (this.ended) return;
    const { classNames, calibration } = this.host.lease.model.manifest;
    const temperature = calibration.perMagnification[this.#coarsest] ?? 1;
    const probabilities = calibrate(logits, classNames.length, temperature);
    const entropy = normalisedEntropy(probabilities, classNames.length);
    const index = Uint32Array.from(seen);
    for (const cell of seen) this.#foretold[cell] = 1;
    this.#order.foretold(seen, entropy);
    this.host.preliminary({ runId: this.host.runId, index, probabilities, entropy }, [
      index.buffer as ArrayBuffer,
      probabilities.buffer as ArrayBuffer,
      entropy.buffer as ArrayBuffer,
    ]);
  }

  /** The cells are told: lets go of what only they needed. */
  #settle(cells: readonly number[]): void {
    for (const cell of cells) {
      this.#told[cell] = 1;
      for (const region of this.#lattice.regionsOver(cell)) {
        if (this.#stateOf(region) !== 'encoded') continue;
        this.#open[region.id] = (this.#open[region.id] ?? 1) - 1;
        this.#forgetIfDone(region);
      }
    }
    this.#gatherer.forgetPatches(cells);
  }

  #forgetIfDone(region: LatticeRegion): void {
    if (this.#stateOf(region) !== 'encoded' || (this.#open[region.id] ?? 0) > 0) return;
    this.#states[region.id] = 'forgotten';
    this.#gatherer.forgetRegion(region);
  }
}
