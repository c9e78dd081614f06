// The inference worker: connects the handlers to this thread. What it answers is inference-handlers.ts, so that tests
// need no thread.

import { type CallContext, type Endpoint, serveCalls } from '../lib/worker-call.ts';
import { onThreadStarts } from '../model/backends/thread-starts.ts';
import { startEncoders } from '../model/regions/encoder-workers.ts';
import type { InferenceCalls, InferenceEvents } from './inference.contract.ts';
import { inferenceHandlers } from './inference-handlers.ts';

const thread = globalThis as unknown as Endpoint;

const emit: CallContext<InferenceEvents>['emit'] = (name, value, transfer = []) =>
  thread.postMessage({ kind: 'event', name, value }, transfer);

onThreadStarts((pending) => emit('threads', { pending }));
serveCalls<InferenceCalls, InferenceEvents>(thread, inferenceHandlers(emit, null, startEncoders));
