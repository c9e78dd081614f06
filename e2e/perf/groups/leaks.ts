// What is left after a hundred slides were opened, looked at and closed.

import { countBlobUrls } from '../../fixtures/blob-urls.ts';
import { hasData } from '../../fixtures/data.ts';
import type { Bench } from '../bench.ts';
import type { Group } from './group.ts';

const opens = 100;

export const leaks: Group = {
  metrics: ['leak_after_100_opens'],
  async measure(bench: Bench) {
    const browser = await bench.browser();
    const app = await bench.app(browser, '', countBlobUrls);
    const slides = hasData ? ['phantom', 'slides/local/CMU-1-Small-Region.svs'] : ['phantom'];
    const left = async () => {
      await app.page.evaluate(() => window.concentric.closeSlide());
      // Bitmaps on their way to the screen are closed when they arrive.
      await app.page.waitForFunction(() => window.concentric.stats().openBitmaps === 0, undefined, { timeout: 15_000 });
      return app.page.evaluate(() => {
        const { tensors, openBitmaps } = window.concentric.stats();
        const { liveBlobUrls } = globalThis as typeof globalThis & { liveBlobUrls: Set<string> };
        return tensors + openBitmaps + liveBlobUrls.size;
      });
    };
    const before = await left();
    for (let open = 0; open < opens; open++) {
      await app.openSlide(slides[open % slides.length] ?? 'phantom');
      if (open % 10 === 0) await app.classify({ x: 1000, y: 1000 });
    }
    return { leak_after_100_opens: [(await left()) - before] };
  },
};
