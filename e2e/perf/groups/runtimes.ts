// Our WASM runtime against the two others that browsers have, on the exported encoder: raster by raster in turns, one
// thread each, at the size that most regions of a run have.

import { type Bench, breast } from '../bench.ts';
import type { Group } from './group.ts';

const rounds = 9;
/** px: a region of 40 feature cells with its context. */
const side = 736;
/** Of the largest feature: float32 summed in another order. */
const tolerance = 1e-4;

export const runtimes: Group = {
  metrics: ['runtime_litert_ratio', 'runtime_ort_ratio', 'encoder_mpx_per_second'],
  async measure(bench: Bench) {
    const page = await bench.engine(await bench.browser());
    const { oursMs, litertMs, ortMs, litertMaxDiff, ortMaxDiff } = await page.evaluate(
      ({ model, ...options }) => window.engine.runtimeTimes(model, options),
      {
        model: `${bench.origin}/models/${breast.model}/`,
        side,
        rounds,
        litertUrl: `${bench.origin}/perf/litert/`,
        ortUrl: `${bench.origin}/perf/ort/`,
      },
    );
    for (const [name, difference] of Object.entries({ 'LiteRT.js': litertMaxDiff, 'ONNX Runtime Web': ortMaxDiff })) {
      console.log(`  ${name}: features differ by at most ${difference} of the largest one`);
      if (!(difference <= tolerance)) throw new Error(`${name} answers something else: there is nothing to compare.`);
    }
    const speedOver = (theirsMs: readonly number[]) => theirsMs.map((ms, round) => ms / (oursMs[round] ?? Number.NaN));
    return {
      runtime_litert_ratio: speedOver(litertMs),
      runtime_ort_ratio: speedOver(ortMs),
      encoder_mpx_per_second: oursMs.map((ms) => side ** 2 / 1000 / ms),
    };
  },
};
