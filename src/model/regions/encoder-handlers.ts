// What an encoder worker answers. It knows no thread: the worker file connects it.

import { type Handlers, Transferred } from '../../lib/worker-call.ts';
import { TfjsRuntime } from '../tfjs-runtime.ts';
import { modelWork } from '../work-meter.ts';
import { type BreakOffFlag, unlessBrokenOff } from './break-off.ts';
import type { EncoderCalls, EncoderEvents } from './encoder.contract.ts';
import type { TakenRegion } from './region-taker.ts';

export function encoderHandlers(): Handlers<EncoderCalls, EncoderEvents> {
  let runtime: TfjsRuntime | null = null;
  let flag: BreakOffFlag | null = null;
  return {
    async load({ manifest, files, breakOff }) {
      flag = breakOff;
      runtime = await TfjsRuntime.create('wasm', manifest, files, { threads: 1 });
    },

    async take({ job }) {
      const loaded = runtime;
      if (loaded === null) throw new Error('No model was loaded.');
      const before = modelWork();
      const taken = await unlessBrokenOff(flag, () => loaded.takeRegion(job));
      const after = modelWork();
      const work = {
        modelMs: after.modelMs - before.modelMs,
        multiplyAdds: after.multiplyAdds - before.multiplyAdds,
      };
      return new Transferred({ taken, work }, taken === null ? [] : buffersOf(taken));
    },
  };
}

function buffersOf({ means, embeddings, features }: TakenRegion): ArrayBuffer[] {
  const arrays = [...means.map(({ values }) => values), embeddings, features].filter((one) => one !== null);
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}
