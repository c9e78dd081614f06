// A run over many cells: takes unit after unit, nearest to what is on screen first, reads the next units' fields while
// one is computed, and tells every batch of cells as it is done. planned -> running <-> paused -> complete, cancelled or
// failed. It knows neither threads nor tissue: units come in, cells go out.

import type { Raster } from '../crops/pixels.contract.ts';
import { isAbort } from '../lib/abort.ts';
import { Failure, isFailure } from '../lib/failure.ts';
import type { ModelManifest } from '../model/manifest.ts';
import type { ModelRuntime } from '../model/model-runtime.ts';
import { withMaps } from '../model/with-maps.ts';
import type { Point } from '../pyramid/geometry.ts';
import { squaredDistance } from '../pyramid/visit-order.ts';
import type { InferenceEvents, RunCells } from './inference.contract.ts';
import { Interpreter } from './interpret.ts';
import { nextTask } from './next-task.ts';
import { SecondChances } from './second-chances.ts';
import type { WorkUnit } from './work-unit.ts';

export type RunState = 'planned' | 'running' | 'paused' | 'complete' | 'cancelled' | 'failed';

/** What a run needs of its model: a Lease of model-host.ts. */
export interface RunLease {
  readonly model: { readonly manifest: ModelManifest; readonly runtime: ModelRuntime };
  recover(lost: ModelRuntime): Promise<void>;
  release(): void;
}

export interface RunHost {
  readonly runId: number;
  readonly lease: RunLease;
  /** The fields of a unit, magnification by magnification, batch by batch. @throws as PixelsCalls.fields. */
  read(unit: WorkUnit, signal: AbortSignal): Promise<readonly Raster[]>;
  cells(cells: RunCells, transfer: Transferable[]): void;
  /** Told once. Nothing follows. */
  finished(event: InferenceEvents['finished']): void;
}

/** Units whose fields are read ahead of the one that is computed. */
const readAhead = 2;
/** Cells between two looks at what the user wants. */
const cellsPerTurn = 64;
/** Cells become unread by these; every other failure ends the run. */
const unreadable = ['tile-unavailable', 'damaged', 'network'];

interface Reading {
  readonly unit: WorkUnit;
  readonly rasters: Promise<readonly Raster[]>;
}

export class AnalysisRun {
  readonly #host: RunHost;
  readonly #interpreter: Interpreter;
  readonly #stop = new AbortController();
  readonly #chances: SecondChances;
  #waiting: WorkUnit[];
  #reading: Reading[] = [];
  #centre: Point | null = null;
  #state: RunState = 'planned';
  #wake: () => void = () => {};

  /** `centre`: what is on screen, level-0 px. */
  constructor(host: RunHost, units: readonly WorkUnit[], centre: Point | null, chances = new SecondChances()) {
    const { manifest, runtime } = host.lease.model;
    this.#host = host;
    this.#chances = chances;
    this.#interpreter = new Interpreter(manifest, runtime.windowCells);
    this.#waiting = [...units];
    this.#centre = centre;
  }

  get state(): RunState {
    return this.#state;
  }

  get #ended(): boolean {
    return this.#state === 'complete' || this.#state === 'cancelled' || this.#state === 'failed';
  }

  /** Works until all is done. Never rejects: how it ended is told to the host. */
  async start(): Promise<void> {
    if (this.#state === 'planned') this.#state = 'running';
    try {
      for (;;) {
        await this.#turn();
        if (this.#ended) break;
        this.#readAhead();
        const next = this.#reading.shift();
        if (next === undefined) {
          this.#waiting.push(...(await this.#chances.take(this.#stop.signal)));
          if (this.#waiting.length > 0) continue;
          this.#state = 'complete';
          break;
        }
        await this.#work(next);
      }
      this.#end();
    } catch (error) {
      if (this.#state === 'cancelled') this.#end();
      else this.#fail(error);
    }
  }

  pause(): void {
    if (this.#state === 'running' || this.#state === 'planned') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#wake();
  }

  /** Takes effect within the batch that is being computed. */
  cancel(): void {
    if (this.#ended) return;
    this.#state = 'cancelled';
    this.#stop.abort();
    this.#wake();
  }

  /** What is near `centre` (level-0 px) is done next. */
  lookAt(centre: Point): void {
    this.#centre = centre;
  }

  /** Lets calls in, and waits while paused. */
  async #turn(): Promise<void> {
    await nextTask();
    while (this.#state === 'paused') {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #readAhead(): void {
    while (this.#reading.length < readAhead) {
      const unit = this.#takeNearest();
      if (unit === null) return;
      const rasters = this.#host.read(unit, this.#stop.signal);
      // A failure is met when the unit's turn comes, or never, after a cancel.
      rasters.catch(() => undefined);
      this.#reading.push({ unit, rasters });
    }
  }

  #takeNearest(): WorkUnit | null {
    const centre = this.#centre;
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    if (centre !== null) {
      this.#waiting.forEach(({ rect }, index) => {
        const distance = squaredDistance(centre, rect);
        if (distance >= least) return;
        least = distance;
        nearest = index;
      });
    }
    return this.#waiting.splice(nearest, 1)[0] ?? null;
  }

  async #work({ unit, rasters }: Reading): Promise<void> {
    let read: readonly Raster[];
    try {
      read = await rasters;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!isFailure(error) || !unreadable.includes(error.code)) throw error;
      if (!error.mayPass || !this.#chances.put(unit)) this.#narrow(unit);
      return;
    }
    const done = new Set<number>();
    const { runtime } = this.#host.lease.model;
    try {
      await this.#compute(unit, read, done);
    } catch (error) {
      const left = unit.without(done);
      if (isFailure(error, 'out-of-memory') && left !== null && left.cells.length > 1) {
        this.#waiting.push(...left.split());
      } else if (isFailure(error, 'device-lost')) {
        if (left !== null) this.#waiting.push(left);
        await this.#host.lease.recover(runtime);
      } else throw error;
    }
  }

  /** Somewhere in the unit a tile can't be had: looks for it in smaller units, until only the cells concerned are left. */
  #narrow(unit: WorkUnit): void {
    const parts = unit.split();
    if (parts.length > 0) this.#waiting.push(...parts);
    else this.#tell(unit.cells, null);
  }

  async #compute(unit: WorkUnit, read: readonly Raster[], done: Set<number>): Promise<void> {
    const { runtime } = this.#host.lease.model;
    const batches = inBatches(unit, read);
    await withMaps(runtime, batches, async (maps) => {
      const embedded = await runtime.embedMaps(maps, unit.cells.length);
      for (let start = 0; start < unit.cells.length; start += cellsPerTurn) {
        if (start > 0) await this.#turn();
        if (this.#ended) return;
        const windows = unit.windows.map((one) => one.slice(start, start + cellsPerTurn));
        const output = await runtime.classify(maps, windows, { embeddings: embedded === null });
        if (this.#ended) return;
        const cells = unit.cells.slice(start, start + cellsPerTurn);
        const fields = embedded === null ? undefined : this.#interpreter.mapEmbeddings(embedded, windows);
        this.#tell(cells, this.#interpreter.answers(output, fields));
        for (const cell of cells) done.add(cell);
      }
    });
  }

  /** Cells with their answers, or as unread. */
  #tell(cells: readonly number[], answers: ReturnType<Interpreter['answers']> | null): void {
    const { manifest } = this.#host.lease.model;
    const message = runCells(this.#host.runId, cells, manifest.classNames.length, answers);
    this.#host.cells(message, buffersOf(message));
  }

  #end(): void {
    this.#close();
    const { runId } = this.#host;
    this.#host.finished({ runId, state: this.#state === 'complete' ? 'complete' : 'cancelled' });
  }

  #fail(error: unknown): void {
    this.#state = 'failed';
    this.#stop.abort();
    this.#close();
    const { runId } = this.#host;
    if (isAbort(error) || isFailure(error, 'cancelled')) {
      this.#host.finished({ runId, state: 'cancelled' });
      return;
    }
    if (!(error instanceof Failure)) console.error(error);
    const code = error instanceof Failure ? error.code : 'bad-argument';
    const message = error instanceof Error ? error.message : String(error);
    this.#host.finished({ runId, state: 'failed', failure: { code, message } });
  }

  #close(): void {
    this.#waiting = [];
    this.#reading = [];
    this.#host.lease.release();
  }
}

/** The rasters as `read` gave them, one after the other, back in their batches. */
function inBatches(unit: WorkUnit, rasters: readonly Raster[]): Raster[][] {
  let at = 0;
  return unit.fields.map((batch) => {
    const from = at;
    at += batch.length;
    return rasters.slice(from, at);
  });
}

function runCells(
  runId: number,
  cells: readonly number[],
  classes: number,
  answers: ReturnType<Interpreter['answers']> | null,
): RunCells {
  const index = Uint32Array.from(cells);
  if (answers === null) {
    return {
      runId,
      index,
      status: new Uint8Array(cells.length).fill(2),
      probabilities: new Float32Array(cells.length * classes).fill(Number.NaN),
      entropy: new Float32Array(cells.length).fill(Number.NaN),
      familiarity: null,
      similarity: [],
    };
  }
  const { probabilities, entropy, familiarity, similarity } = answers;
  const status = new Uint8Array(cells.length).fill(1);
  return { runId, index, status, probabilities, entropy, familiarity, similarity };
}

function buffersOf({ index, status, probabilities, entropy, familiarity, similarity }: RunCells): Transferable[] {
  const arrays = [
    index,
    status,
    probabilities,
    entropy,
    ...similarity.flatMap(({ aligned, contrast }) => [aligned, contrast]),
  ];
  if (familiarity !== null) arrays.push(familiarity);
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
