// WebAssembly with SIMD, and threads where the page is cross-origin isolated. The binaries are assets of our own build;
// nothing is fetched from elsewhere. Threads that do not come within a time are done without: one thread answers all.

import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { lossSignal, type RunningBackend } from './running-backend.ts';
import { beginThreadStart, mayStartThreads } from './thread-starts.ts';

/** The package starts this many thread workers, whatever is asked for; one more thread would wait for ever. */
const maxThreads = 8;
/** How long the threads may take to start, once their binary is here. */
const threadLimitMs = 10_000;

const oneThread = 'SIMD on 1 thread';
/** How the instance of this thread runs. It stays for all models: starting its threads again costs more than keeping them. */
let started: string | null = null;

/** `threads`: one takes the binary without threads, whose unused workers would be started all the same. */
export async function start({
  threads: wanted = maxThreads,
}: {
  threads?: number | undefined;
}): Promise<RunningBackend> {
  started ??= await startInstance(Math.min(globalThis.navigator?.hardwareConcurrency || 1, maxThreads, wanted));
  if (!(await setBackend('wasm'))) throw new Error('its binary could not be loaded');
  return {
    detail: started,
    ...lossSignal(),
    maxTensorBytes: 2 ** 28,
    compilesShapes: false,
    inMainMemory: true,
    close() {},
  };
}

/** Makes the package's instance; a sentence on how it runs. @throws Error when it does not start. */
async function startInstance(cores: number): Promise<string> {
  const isolated = globalThis.crossOriginIsolated === true;
  const shared = isolated && cores > 1 && mayStartThreads();
  const threadedBinary = shared ? await fetchBinary() : absolute(threadedUrl);
  // Outside a browser the package finds its binaries itself.
  if ('location' in globalThis) {
    setWasmPaths({
      'tfjs-backend-wasm.wasm': absolute(plainUrl),
      'tfjs-backend-wasm-simd.wasm': absolute(simdUrl),
      'tfjs-backend-wasm-threaded-simd.wasm': threadedBinary,
    });
  }
  const cameInTime = shared && (await startThreads(cores));
  if (shared) URL.revokeObjectURL(threadedBinary);
  if (cameInTime) return `SIMD on ${getThreadsCount()} threads.`;
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setThreadsCount(1);
  if (!(await setBackend('wasm'))) throw new Error('its binary could not be loaded');
  if (!isolated) {
    return 'SIMD; a click is answered on one thread, because the server does not isolate the page (it sends no COOP and COEP headers).';
  }
  if (shared || !mayStartThreads())
    return `${oneThread}, because the browser did not start the others. Close its developer tools and reload the page to try again.`;
  return `${oneThread}.`;
}

/** The binary is fetched here, so that the time limit is one on threads and not on a slow line. */
async function fetchBinary(): Promise<string> {
  const response = await fetch(absolute(threadedUrl));
  if (!response.ok) throw new Error('its binary could not be loaded');
  const binary = await response.arrayBuffer();
  return URL.createObjectURL(new Blob([binary], { type: 'application/wasm' }));
}

/** True when they run; false when they failed or did not come in time, and then none of them is left. */
async function startThreads(cores: number): Promise<boolean> {
  const over = beginThreadStart();
  const workers = keepWorkers();
  // Its C++ side never takes more threads than half the cores it is told of, however many are asked for, so it is told
  // of twice as many while it starts.
  const restoreCores = pretendCores(2 * cores);
  let limit: ReturnType<typeof setTimeout> | undefined;
  try {
    setThreadsCount(cores);
    const tooLate = new Promise<boolean>((resolve) => {
      limit = setTimeout(() => resolve(false), threadLimitMs);
    });
    const cameInTime = await Promise.race([setBackend('wasm').catch(() => false), tooLate]);
    if (!cameInTime) for (const worker of workers.made) worker.terminate();
    return cameInTime;
  } finally {
    clearTimeout(limit);
    restoreCores();
    workers.restore();
    over();
  }
}

/** The package's workers, of which it tells nobody: it gives them no options, and ours have some. */
function keepWorkers(): { readonly made: readonly Worker[]; restore(): void } {
  const Original = globalThis.Worker;
  const made: Worker[] = [];
  globalThis.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (options === undefined) made.push(this);
    }
  };
  return {
    made,
    restore() {
      globalThis.Worker = Original;
    },
  };
}

function absolute(url: string): string {
  return 'location' in globalThis ? new URL(url, import.meta.url).href : url;
}

function pretendCores(count: number): () => void {
  const original = navigator.hardwareConcurrency;
  const set = (value: number) => Object.defineProperty(navigator, 'hardwareConcurrency', { value, configurable: true });
  set(count);
  return () => set(original);
}
