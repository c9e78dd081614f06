// What the inference worker answers. It holds the model and the one run that goes on; it knows no thread: the worker
// file connects it.

import { connectPixels, type PixelsClient } from '../crops/pixels-port.ts';
import { Failure } from '../lib/failure.ts';
import { type CallContext, type Handlers, Transferred } from '../lib/worker-call.ts';
import { runtimeMemory } from '../model/backends/backend.ts';
import { DeviceLosses } from '../model/backends/device-losses.ts';
import { stayAlone } from '../model/backends/thread-starts.ts';
import { listModels } from '../model/folder/model-index.ts';
import { LoadedModel } from '../model/loaded-model.ts';
import type { StartEncoders } from '../model/tfjs-runtime.ts';
import { modelWork } from '../model/work-meter.ts';
import { classifyPoint, similarityAt } from './classify.ts';
import { FieldReader } from './field-reader.ts';
import type { InferenceCalls, InferenceEvents, RunRequest } from './inference.contract.ts';
import { makeRun } from './make-run.ts';
import { ModelHost } from './model-host.ts';
import { planRun, TissueMasks } from './plan-run.ts';
import type { RunControl } from './run-control.ts';

type Emit = CallContext<InferenceEvents>['emit'];

/** `emit` reaches the page. `pixels` is connected by a call, or given by a test. Without `startEncoders` all is done on this thread. */
export function inferenceHandlers(
  emit: Emit,
  pixels: PixelsClient | null = null,
  startEncoders?: StartEncoders,
): Handlers<InferenceCalls, InferenceEvents> {
  const host = new ModelHost(new DeviceLosses(), (message) => emit('notice', { message }));
  const runs = new Runs(host, emit);

  let reader = pixels === null ? null : new FieldReader(pixels);

  const needPixels = () => {
    if (pixels === null || reader === null) throw new Error('The pixels worker was not connected.');
    return { pixels, reader };
  };

  return {
    connectPixels({ port, alone }) {
      if (alone) stayAlone();
      pixels = connectPixels(port);
      reader = new FieldReader(pixels);
    },

    listModels: ({ modelsUrl }) => listModels(modelsUrl),

    async loadModel({ origin, id, backend }, { signal }) {
      const model = await LoadedModel.load(origin, { id, backend, losses: host.losses, startEncoders, signal });
      await reader?.prepare(model.runtime);
      runs.cancelAll();
      host.replace(model);
      return model.details;
    },

    classify: ({ slide, at }, { signal }) =>
      host.use((model) => classifyPoint({ model, reader: needPixels().reader, slide, at, signal })),

    async similarity({ slide, at, pair }, { signal }) {
      const map = await host.use((model) =>
        similarityAt({ model, reader: needPixels().reader, slide, at, signal }, pair),
      );
      return new Transferred(map, [map.query.buffer as ArrayBuffer, map.matrix.buffer as ArrayBuffer]);
    },

    startRun: ({ runId, request }) => runs.start(runId, request, needPixels()),
    lookAt: ({ runId, visible }) => runs.find(runId)?.lookAt(visible),
    calmRun: ({ runId, calm }) => runs.find(runId)?.setCalm(calm),
    pauseRun: ({ runId }) => runs.pause(runId),
    resumeRun: ({ runId }) => runs.resume(runId),
    cancelRun: ({ runId }) => runs.cancel(runId),

    stats: () => {
      const { tensors, gpuBytes } = runtimeMemory();
      return {
        backend: host.model?.runtime.backend ?? null,
        tensors,
        gpuBytes: gpuBytes + (reader?.gpuBytes ?? 0),
        ...modelWork(),
        devicesLost: host.losses.count,
      };
    },
  };
}

/** A run that was asked for; `run` once it is planned. */
interface Asked {
  readonly runId: number;
  readonly planning: AbortController;
  run: RunControl | null;
  paused: boolean;
  cancelled: boolean;
}

/** The runs of the worker: a newer one ends the one before. */
class Runs {
  readonly #host: ModelHost;
  readonly #emit: Emit;
  readonly #masks = new TissueMasks();
  #current: Asked | null = null;

  constructor(host: ModelHost, emit: Emit) {
    this.#host = host;
    this.#emit = emit;
  }

  async start(runId: number, request: RunRequest, { pixels, reader }: { pixels: PixelsClient; reader: FieldReader }) {
    this.cancelAll();
    const asked: Asked = { runId, planning: new AbortController(), run: null, paused: false, cancelled: false };
    this.#current = asked;
    const lease = this.#host.lease();
    try {
      const { plan, work } = await planRun(lease.model, pixels, this.#masks, request, asked.planning.signal);
      const { slide } = request;
      const run = makeRun(
        {
          runId,
          lease,
          read: async (fields, signal) =>
            (await reader.read(lease.model.runtime, slide, fields, 'run', signal)).rasters,
          cells: (cells, transfer) => this.#emit('cells', cells, transfer),
          preliminary: (cells, transfer) => this.#emit('preliminary', cells, transfer),
          finished: (event) => {
            if (this.#current === asked) this.#current = null;
            this.#emit('finished', event);
          },
        },
        work,
        { visible: request.visible ?? null, kept: plan.kept },
      );
      asked.run = run;
      if (asked.paused) run.pause();
      if (asked.cancelled) run.cancel();
      // Its first await is a task of its own: the plan is on its way before any cell.
      void run.start();
      return plan;
    } catch (error) {
      if (this.#current === asked) this.#current = null;
      lease.release();
      if (asked.planning.signal.aborted)
        throw new Failure('cancelled', 'The run was cancelled before it began. Start it again if you want it.');
      throw error;
    }
  }

  find(runId: number): RunControl | null {
    return this.#asked(runId)?.run ?? null;
  }

  pause(runId: number): void {
    this.#setPaused(runId, true);
  }

  resume(runId: number): void {
    this.#setPaused(runId, false);
  }

  /** A run cancelled while it is planned still gets its plan: whoever asked has a grid without cells. */
  cancel(runId: number): void {
    const asked = this.#asked(runId);
    if (asked === null) return;
    asked.cancelled = true;
    asked.run?.cancel();
  }

  /** Ends what goes on for good: nobody waits for its plan. */
  cancelAll(): void {
    this.#current?.planning.abort();
    this.#current?.run?.cancel();
    this.#current = null;
  }

  #setPaused(runId: number, paused: boolean): void {
    const asked = this.#asked(runId);
    if (asked === null) return;
    asked.paused = paused;
    if (paused) asked.run?.pause();
    else asked.run?.resume();
  }

  #asked(runId: number): Asked | null {
    return this.#current?.runId === runId ? this.#current : null;
  }
}
