// The page that the perf command drives where the app has no call for what is measured: it imports the engine's own
// files, and puts what it can do on `window.engine`.

import { Engine } from './engine-run.ts';
import { countGpu } from './gpu-counter.ts';
import { gpuCropDifference } from './gpu-crops.ts';
import { runNaive } from './naive-loop.ts';
import { regionTimes } from './region-times.ts';
import { runtimeTimes } from './runtimes/speed.ts';

const engine = { regionTimes, runtimeTimes, runNaive, countGpu, gpuCropDifference, whole: () => new Engine() };

declare global {
  interface Window {
    engine: typeof engine;
  }
}

window.engine = engine;
