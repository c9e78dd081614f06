// An encoder worker: connects the handlers to this thread.

import { type Endpoint, serveCalls } from '../../lib/worker-call.ts';
import type { EncoderCalls, EncoderEvents } from './encoder.contract.ts';
import { encoderHandlers } from './encoder-handlers.ts';

serveCalls<EncoderCalls, EncoderEvents>(globalThis as unknown as Endpoint, encoderHandlers());
