// The asking side of an encoder worker, whatever port leads to it.

import { connectCalls, type Endpoint } from '../../lib/worker-call.ts';
import type { ModelManifest } from '../folder/manifest.ts';
import type { NetworkFiles } from '../tfjs-runtime.ts';
import { addModelWork } from '../work-meter.ts';
import { makeFlag, setFlag } from './break-off.ts';
import type { EncoderCalls, EncoderEvents } from './encoder.contract.ts';
import type { RemoteTaker } from './taker-queue.ts';

export interface EncoderClient {
  readonly taker: RemoteTaker;
  /** The worker died: what waits for it fails. */
  fail(error: Error): void;
}

/** Has the model loaded there. `end` closes the other side. */
export function connectEncoder(
  endpoint: Endpoint,
  manifest: ModelManifest,
  files: NetworkFiles,
  end: () => void,
): EncoderClient {
  const client = connectCalls<EncoderCalls, EncoderEvents>(endpoint);
  const flag = makeFlag();
  const ready = client.call('load', { manifest, files, breakOff: flag });
  // Whoever queues for it hears of it too.
  ready.catch(() => undefined);
  return {
    taker: {
      ready,
      async take(job) {
        setFlag(flag, false);
        const { taken, work } = await client.call('take', { job });
        addModelWork(work);
        return taken;
      },
      breakOff: () => setFlag(flag, true),
      dispose() {
        client.fail(new Error('The encoder worker was ended.'));
        end();
      },
    },
    fail: (error) => client.fail(error),
  };
}
