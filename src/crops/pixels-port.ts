// The calling side of a port to the pixels worker, for the worker that was given it. Starts nothing.

import { type Client, connectCalls } from '../lib/worker-call.ts';
import type { PixelsCalls, PixelsEvents } from './pixels.contract.ts';

export type PixelsClient = Client<PixelsCalls, PixelsEvents>;

/** Calls over `port`, which `PixelsWorker.openPort` gave. */
export function connectPixels(port: MessagePort): PixelsClient {
  const client = connectCalls<PixelsCalls, PixelsEvents>(port);
  port.start();
  return client;
}
