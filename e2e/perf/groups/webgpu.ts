// What a run asks of WebGPU, counted on the software adapter: how fast a GPU would be does not show there, but every
// dispatch and every pipeline does.

import type { Bench } from '../bench.ts';
import type { Group } from './group.ts';

const region = { x: 3000, y: 3000, width: 256, height: 256 };

export const webgpu: Group = {
  metrics: [
    'gpu_crop_max_abs_diff',
    'webgpu_dispatches_per_batch',
    'webgpu_js_ms_per_cell',
    'webgpu_pipelines_after_warmup',
  ],
  async measure(bench: Bench) {
    const page = await bench.engine(await bench.browser({ softwareWebGpu: true }));
    const crops = await page.evaluate(() => window.engine.gpuCropDifference(60));
    const measured = await page.evaluate(
      async ({ slide, model, region }) => {
        const counts = window.engine.countGpu();
        const whole = window.engine.whole();
        await whole.open(slide, model, 'webgpu');
        const loaded = { ...counts };
        const before = whole.modelMs();
        const { total, batches } = await whole.run({ region, mode: 'shared', step: 'half' });
        return {
          dispatches: (counts.dispatches - loaded.dispatches) / batches,
          jsMs: (whole.modelMs() - before) / total,
          pipelines: counts.pipelines - loaded.pipelines,
          atLoad: loaded.pipelines,
        };
      },
      { slide: `${bench.origin}/slides/phantom/phantom.dzi`, model: `${bench.origin}/models/phantom/`, region },
    );
    if (measured.atLoad === 0) throw new Error('No pipeline was seen: the counter does not hear WebGPU.');
    console.log(`  ${measured.atLoad} pipelines were made while the model was loaded`);
    return {
      gpu_crop_max_abs_diff: [crops.maxAbsDiff],
      webgpu_dispatches_per_batch: [measured.dispatches],
      webgpu_js_ms_per_cell: [measured.jsMs],
      webgpu_pipelines_after_warmup: [measured.pipelines],
    };
  },
};
