// The pixels worker: connects the handlers to this thread, with the browser's decoder and a budget the device can bear.

import { type Endpoint, serveCalls } from '../lib/worker-call.ts';
import { BrowserPictureDecoder } from '../tiles/picture-decoder.ts';
import type { PixelsCalls, PixelsEvents } from './pixels.contract.ts';
import { pixelsHandlers } from './pixels-handlers.ts';

const MIB = 1 << 20;
const FULL_BUDGET_BYTES = 384 * MIB;

/** Of a small device's memory (GiB, where the browser tells) a tenth; otherwise the full budget. */
function budgetBytes(): number {
  const memoryGiB = 'deviceMemory' in navigator ? Number(navigator.deviceMemory) : Number.NaN;
  return memoryGiB > 0 ? Math.min(FULL_BUDGET_BYTES, Math.max(64, memoryGiB * 102) * MIB) : FULL_BUDGET_BYTES;
}

serveCalls<PixelsCalls, PixelsEvents>(
  globalThis as unknown as Endpoint,
  pixelsHandlers(new BrowserPictureDecoder(), {
    budgetBytes: budgetBytes(),
    maxRunning: 8,
  }),
);
