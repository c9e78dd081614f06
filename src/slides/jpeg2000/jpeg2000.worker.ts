// A thread that does nothing but decode JPEG 2000.

import { type Endpoint, serveCalls, Transferred } from '../../lib/worker-call.ts';
import type { Jpeg2000Calls } from './jpeg2000.contract.ts';
import { decodeJpeg2000 } from './jpeg2000-codec.ts';

serveCalls<Jpeg2000Calls, Record<string, never>>(globalThis as unknown as Endpoint, {
  async decode(task) {
    const picture = await decodeJpeg2000(task);
    return new Transferred(picture, [picture.samples.buffer]);
  },
});
