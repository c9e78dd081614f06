// The whole engine on the page's own thread: the handlers of the inference worker beside the real pixels worker. Slower
// to the eye than the app, but everything that the run says can be heard, and what it asks of the GPU counted.

import { startPixels } from '../../../src/crops/pixels-client.ts';
import type { InferenceEvents, RunRequest } from '../../../src/inference/inference.contract.ts';
import { inferenceHandlers } from '../../../src/inference/inference-handlers.ts';
import type { CallContext } from '../../../src/lib/worker-call.ts';
import type { Backend } from '../../../src/model/model-info.ts';
import { modelWork } from '../../../src/model/work-meter.ts';

type Emit = CallContext<InferenceEvents>['emit'];

export interface HeardRun {
  readonly total: number;
  readonly ms: number;
  /** By cell: likeliest class. */
  readonly classes: Readonly<Record<number, number>>;
  readonly preliminary: Readonly<Record<number, number>>;
  /** Batches of cells told. */
  readonly batches: number;
}

export class Engine {
  readonly #pixels = startPixels();
  readonly #handlers;
  readonly #context;
  #hear: Emit = () => {};
  #slide: RunRequest['slide'] | null = null;
  #nextRun = 1;

  constructor() {
    const emit: Emit = (name, value, transfer) => this.#hear(name, value, transfer);
    this.#handlers = inferenceHandlers(emit, this.#pixels.client);
    this.#context = { signal: new AbortController().signal, emit };
  }

  async open(slideUrl: string, modelUrl: string, backend: Backend): Promise<void> {
    const opened = await this.#pixels.client.call('open', { origin: { kind: 'url', url: slideUrl } });
    this.#slide = opened;
    await this.#handlers.loadModel({ origin: { kind: 'url', url: modelUrl }, id: 'measured', backend }, this.#context);
  }

  /** ms in the model so far; on a GPU, the time to hand work over. */
  modelMs(): number {
    return modelWork().modelMs;
  }

  async run(request: Omit<RunRequest, 'slide'>): Promise<HeardRun> {
    if (this.#slide === null) throw new Error('No slide is open.');
    const slide = this.#slide;
    const runId = this.#nextRun++;
    const classes: Record<number, number> = {};
    const preliminary: Record<number, number> = {};
    let batches = 0;
    const start = performance.now();
    const ended = new Promise<InferenceEvents['finished']>((resolve) => {
      this.#hear = (name, value) => {
        if (name === 'cells') {
          batches++;
          takeClasses(classes, value as InferenceEvents['cells']);
        }
        if (name === 'preliminary') takeClasses(preliminary, value as InferenceEvents['preliminary']);
        if (name === 'finished') resolve(value as InferenceEvents['finished']);
      };
    });
    const plan = await this.#handlers.startRun({ runId, request: { ...request, slide } }, this.#context);
    const { state, failure } = await ended;
    if (state !== 'complete') throw new Error(`The run ended ${state}: ${failure?.message}`);
    const { total } = plan as { total: number };
    return { total, ms: performance.now() - start, classes, preliminary, batches };
  }
}

function takeClasses(
  into: Record<number, number>,
  { index, probabilities }: { readonly index: Uint32Array; readonly probabilities: Float32Array },
): void {
  const classes = probabilities.length / index.length;
  for (const [n, cell] of index.entries()) {
    const row = probabilities.subarray(n * classes, (n + 1) * classes);
    into[cell] = row.indexOf(Math.max(...row));
  }
}
