// Starts encoder workers, one a core. They need no cross-origin isolation: where there is some, they can be broken off.

import { deviceMemoryGiB } from '../../lib/device-memory.ts';
import { startWorker } from '../../lib/start-worker.ts';
import { beginThreadStart, mayStartThreads } from '../backends/thread-starts.ts';
import type { ModelManifest } from '../folder/manifest.ts';
import { copiesWithin } from '../folder/model-budget.ts';
import { weightNeed } from '../model-need.ts';
import type { NetworkFiles } from '../tfjs-runtime.ts';
import encoderWorkerUrl from './encoder.worker.ts?worker&url';
import { connectEncoder } from './encoder-client.ts';
import type { RemoteTaker } from './taker-queue.ts';

/** More would want more memory than they bring speed. */
const mostWorkers = 8;

/** None where one core is all there is, or where workers can't start workers: the thread that asks then does it all. */
export function startEncoders(manifest: ModelManifest, files: NetworkFiles): RemoteTaker[] {
  const { hardwareConcurrency: cores = 1 } = navigator;
  const memoryGiB = deviceMemoryGiB();
  // Each takes a few hundred MB for what it computes, and a copy of the weights: beside the first one, as many again.
  const count = Math.min(cores, mostWorkers, Math.floor(memoryGiB), copiesWithin(weightNeed(files), memoryGiB));
  if (count < 2 || typeof Worker === 'undefined' || !mayStartThreads()) return [];
  const over = beginThreadStart();
  const takers = Array.from({ length: count }, () => {
    const worker = startWorker(encoderWorkerUrl, 'encoder', (error) => client.fail(error));
    const client = connectEncoder(worker, manifest, files, () => worker.terminate());
    return client.taker;
  });
  over();
  return takers;
}
