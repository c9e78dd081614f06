// The page's side of one inference worker. That it is replaced when it hangs is watched-inference.ts.

import { startWorker } from '../lib/start-worker.ts';
import { type Client, connectCalls } from '../lib/worker-call.ts';
import type { InferenceCalls, InferenceEvents } from './inference.contract.ts';
import inferenceWorkerUrl from './inference.worker.ts?worker&url';

export type InferenceClient = Client<InferenceCalls, InferenceEvents>;

export interface InferenceWorker {
  readonly client: InferenceClient;
  terminate(): void;
}

/** Starts the worker; the first call must be `connectPixels`. Calls wait for it; when it can't start or dies they reject. */
export function startInference(): InferenceWorker {
  const worker = startWorker(inferenceWorkerUrl, 'inference', (error) => client.fail(error));
  const client = connectCalls<InferenceCalls, InferenceEvents>(worker);
  return { client, terminate: () => worker.terminate() };
}
