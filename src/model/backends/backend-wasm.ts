// WebAssembly with SIMD, and threads where the page is cross-origin isolated. The binaries are assets of our own build;
// nothing is fetched from elsewhere.

import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { env, findBackend, setBackend } from '@tensorflow/tfjs-core';
import { lossSignal, type RunningBackend } from './running-backend.ts';

/** The package starts this many thread workers, whatever is asked for; one more thread would wait for ever. */
const maxThreads = 8;

/** `threads`: one takes the binary without threads, whose unused workers would be started all the same. */
export async function start({
  threads: wanted = maxThreads,
}: {
  threads?: number | undefined;
}): Promise<RunningBackend> {
  const cores = Math.min(globalThis.navigator?.hardwareConcurrency || 1, maxThreads, wanted);
  if (wanted === 1) env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  // Outside a browser the package finds its binaries itself.
  if ('location' in globalThis) {
    setWasmPaths({
      'tfjs-backend-wasm.wasm': absolute(plainUrl),
      'tfjs-backend-wasm-simd.wasm': absolute(simdUrl),
      'tfjs-backend-wasm-threaded-simd.wasm': absolute(threadedUrl),
    });
  }
  // Its C++ side never takes more threads than half the cores it is told of, however many are asked for, so it is told
  // of twice as many while it starts.
  const isolated = globalThis.crossOriginIsolated === true;
  const restore = isolated ? pretendCores(2 * cores) : () => {};
  try {
    setThreadsCount(cores);
    if (!(await setBackend('wasm'))) throw new Error('its binary could not be loaded');
  } finally {
    restore();
  }
  const threads = threadCount();
  return {
    detail: isolated
      ? `SIMD on ${threads} ${threads === 1 ? 'thread' : 'threads'}.`
      : 'SIMD; a click is answered on one thread, because the server does not isolate the page (it sends no COOP and COEP headers).',
    ...lossSignal(),
    maxTensorBytes: 2 ** 28,
    compilesShapes: false,
    inMainMemory: true,
    close() {
      // The instance stays for the next model: its threads idle, and starting them again costs more than keeping them.
    },
  };
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}

function pretendCores(count: number): () => void {
  const original = navigator.hardwareConcurrency;
  const set = (value: number) => Object.defineProperty(navigator, 'hardwareConcurrency', { value, configurable: true });
  set(count);
  return () => set(original);
}

function threadCount(): number {
  return findBackend('wasm') === null ? 0 : getThreadsCount();
}
