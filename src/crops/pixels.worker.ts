// The pixels worker: connects the handlers to this thread, with the browser's decoder and a budget the device can bear.

import { deviceMemoryGiB } from '../lib/device-memory.ts';
import { type Endpoint, serveCalls } from '../lib/worker-call.ts';
import { BrowserPictureDecoder } from '../tiles/picture-decoder.ts';
import type { PixelsCalls, PixelsEvents } from './pixels.contract.ts';
import { pixelsHandlers } from './pixels-handlers.ts';
import { tileBudgetBytes } from './tile-budget.ts';

serveCalls<PixelsCalls, PixelsEvents>(
  globalThis as unknown as Endpoint,
  pixelsHandlers(new BrowserPictureDecoder(), {
    budgetBytes: tileBudgetBytes(deviceMemoryGiB()),
    maxRunning: 8,
  }),
);
