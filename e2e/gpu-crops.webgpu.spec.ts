// Crops cut by the GPU, on the software adapter: they are those of the processor, and give way to it when there is no room.

import { expect, test } from '@playwright/test';
import { Bench } from './perf/bench.ts';

test('the kernel gives what the processor gives, over seams, edges, ratios and fills', async () => {
  test.setTimeout(300_000);
  const bench = await Bench.start();
  try {
    const page = await bench.engine(await bench.browser({ softwareWebGpu: true }));
    const { windows, maxAbsDiff, refused } = await page.evaluate(() => window.engine.gpuCropDifference(60));
    expect(windows).toBe(180);
    expect(refused).toBe(0);
    expect(maxAbsDiff).toBeLessThanOrEqual(1e-6);
    // Room for four pages: tiles are overwritten again and again, and what does not fit is refused.
    const tight = await page.evaluate(() => window.engine.gpuCropDifference(60, 4 << 18));
    expect(tight.refused).toBeGreaterThan(0);
    expect(tight.windows).toBeGreaterThan(0);
    expect(tight.maxAbsDiff).toBeLessThanOrEqual(1e-6);
  } finally {
    await bench.close();
  }
});
