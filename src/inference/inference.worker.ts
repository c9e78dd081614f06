// The inference worker: connects the handlers to this thread. What it answers is inference-handlers.ts, so that tests
// need no thread.

import { type Endpoint, serveCalls } from '../lib/worker-call.ts';
import { startEncoders } from '../model/regions/encoder-workers.ts';
import type { InferenceCalls, InferenceEvents } from './inference.contract.ts';
import { inferenceHandlers } from './inference-handlers.ts';

const thread = globalThis as unknown as Endpoint;

serveCalls<InferenceCalls, InferenceEvents>(
  thread,
  inferenceHandlers(
    (name, value, transfer = []) => thread.postMessage({ kind: 'event', name, value }, transfer),
    null,
    startEncoders,
  ),
);
