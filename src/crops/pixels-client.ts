// The page's side of the pixels worker: starts it, and opens further ports to it for other workers.

import { Failure } from '../lib/failure.ts';
import { startWorker } from '../lib/start-worker.ts';
import { connectCalls } from '../lib/worker-call.ts';
import type { SlideOrigin } from '../slides/slide-source.ts';
import type { PixelsCalls, PixelsEvents } from './pixels.contract.ts';
import pixelsWorkerUrl from './pixels.worker.ts?worker&url';
import type { PixelsClient } from './pixels-port.ts';

export interface PixelsWorker {
  readonly client: PixelsClient;
  /** A port that answers the same calls, to be transferred to another worker. */
  openPort(): Promise<MessagePort>;
  terminate(): void;
}

/** Starts the worker. Calls wait for it; when it can't start or dies they reject. */
export function startPixels(): PixelsWorker {
  const worker = startWorker(pixelsWorkerUrl, 'pixels', (error) => client.fail(error));
  const client = connectCalls<PixelsCalls, PixelsEvents>(worker);
  return {
    client,
    async openPort() {
      const { port1, port2 } = new MessageChannel();
      await client.call('attach', { port: port1 }, { transfer: [port1] });
      return port2;
    },
    terminate: () => worker.terminate(),
  };
}

/**
 * What a user or a script opens, as the worker wants it: it has no page address to resolve relative links against.
 * @throws Failure `bad-argument` when the text is no address.
 */
export function slideOrigin(from: string | File | readonly File[]): SlideOrigin {
  if (typeof from === 'string') {
    if (!URL.canParse(from, document.baseURI))
      throw new Failure('bad-argument', `"${from}" is not an address. Give a link, or the id of a slide in the list.`);
    return { kind: 'url', url: new URL(from, document.baseURI).href };
  }
  return { kind: 'files', files: from instanceof File ? [from] : from };
}
