// What every run has, however it works: planned -> running <-> paused -> complete, cancelled or failed; calls are let in
// between steps; and how it ended is told once. What the steps are is exact-run.ts and lattice-run.ts.

import type { FieldRequest } from '../crops/pixels.contract.ts';
import { isAbort } from '../lib/abort.ts';
import { Failure, isFailure } from '../lib/failure.ts';
import type { ModelManifest } from '../model/folder/manifest.ts';
import type { EncoderRaster, ModelRuntime } from '../model/model-runtime.ts';
import type { Rect } from '../pyramid/geometry.ts';
import type { InferenceEvents, RunCells } from './inference.contract.ts';
import type { Answers } from './interpret.ts';
import { nextTask } from './next-task.ts';
import type { ChanceOptions } from './second-chances.ts';

export type RunState = 'planned' | 'running' | 'paused' | 'complete' | 'cancelled' | 'failed';

/** What a run needs of its model: a Lease of model-host.ts. */
export interface RunLease {
  readonly model: { readonly manifest: ModelManifest; readonly runtime: ModelRuntime };
  recover(lost: ModelRuntime): Promise<void>;
  release(): void;
}

/** What reaches the page while a run goes on. */
export interface RunHost {
  readonly runId: number;
  readonly lease: RunLease;
  /** Fields in their order, for the runtime that the model has now. @throws as PixelsCalls.fields. */
  read(fields: readonly FieldRequest[], signal: AbortSignal): Promise<readonly EncoderRaster[]>;
  cells(cells: RunCells, transfer: Transferable[]): void;
  /** Cells as the coarsest magnification alone sees them. */
  preliminary(cells: InferenceEvents['preliminary'], transfer: Transferable[]): void;
  /** Told once. Nothing follows. */
  finished(event: InferenceEvents['finished']): void;
}

/** How a run begins. */
export interface RunStart {
  /** What is on screen, level-0 px. */
  readonly visible: Rect | null;
  /** Cells of the grid, 1 where there is an answer already: they are not told again. Null when there is none. */
  readonly kept: Uint8Array | null;
  /** How trouble in the network is waited for; as usual when absent. */
  readonly chances?: ChanceOptions;
}

/** Cells become unread by these; every other failure ends the run. */
const unreadable = ['tile-unavailable', 'damaged', 'network'];

/** True for a failure to read that leaves the rest of the run be. */
export function isUnreadable(error: unknown): error is Failure {
  return isFailure(error) && unreadable.includes(error.code);
}

export abstract class RunControl {
  protected readonly host: RunHost;
  protected readonly stop = new AbortController();
  #state: RunState = 'planned';
  #wake: () => void = () => {};

  constructor(host: RunHost) {
    this.host = host;
  }

  get state(): RunState {
    return this.#state;
  }

  protected get ended(): boolean {
    return this.#state === 'complete' || this.#state === 'cancelled' || this.#state === 'failed';
  }

  /** Does the next part of the work; false when nothing is left. */
  protected abstract step(): Promise<boolean>;

  /** Gives back what the run holds, once nothing of it is under way any more. */
  protected abstract close(): Promise<void> | void;

  /** Works until all is done. Never rejects: how it ended is told to the host. */
  async start(): Promise<void> {
    if (this.#state === 'planned') this.#state = 'running';
    try {
      for (;;) {
        await this.turn();
        if (this.ended) break;
        if (!(await this.step()) && !this.ended) this.#state = 'complete';
        if (this.ended) break;
      }
      await this.#end();
    } catch (error) {
      if (this.#state === 'cancelled') await this.#end();
      else await this.#fail(error);
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
    if (this.ended) return;
    this.#state = 'cancelled';
    this.stop.abort();
    this.#wake();
  }

  /** True leaves a core to the page, as soon as what is being computed is done. */
  setCalm(_calm: boolean): void {}

  /** What is on screen now, level-0 px: done next. */
  abstract lookAt(visible: Rect): void;

  /** Lets calls in, and waits while paused. */
  protected async turn(): Promise<void> {
    await nextTask();
    while (this.#state === 'paused') {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Cells with their answers, or as unread. */
  protected tell(cells: readonly number[], answers: Answers | null): void {
    const { manifest } = this.host.lease.model;
    const message = runCells(this.host.runId, cells, manifest.classNames.length, answers);
    this.host.cells(message, buffersOf(message));
  }

  async #end(): Promise<void> {
    await this.#giveBack();
    const { runId } = this.host;
    this.host.finished({ runId, state: this.#state === 'complete' ? 'complete' : 'cancelled' });
  }

  async #fail(error: unknown): Promise<void> {
    this.#state = 'failed';
    this.stop.abort();
    await this.#giveBack();
    const { runId } = this.host;
    if (isAbort(error) || isFailure(error, 'cancelled')) {
      this.host.finished({ runId, state: 'cancelled' });
      return;
    }
    if (!(error instanceof Failure)) console.error(error);
    const code = error instanceof Failure ? error.code : 'bad-argument';
    const message = error instanceof Error ? error.message : String(error);
    this.host.finished({ runId, state: 'failed', failure: { code, message } });
  }

  async #giveBack(): Promise<void> {
    await this.close();
    this.host.lease.release();
  }
}

function runCells(runId: number, cells: readonly number[], classes: number, answers: Answers | null): RunCells {
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
