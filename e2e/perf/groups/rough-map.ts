// How much of the preliminary map is right: what the coarsest magnification alone says against the final map.

import { type Bench, breast } from '../bench.ts';
import { type Group, wantsData } from './group.ts';

const region = { x: 1024, y: 4096, width: 6144, height: 3072 };

export const roughMap: Group = {
  metrics: ['rough_map_agreement'],
  obstacle: wantsData,
  async measure(bench: Bench) {
    const page = await bench.engine(await bench.browser());
    const { classes, preliminary } = await page.evaluate(
      async ({ slide, model, region }) => {
        const whole = window.engine.whole();
        await whole.open(slide, model, 'wasm');
        return whole.run({ region, mode: 'shared', step: 'half' });
      },
      { slide: `${bench.origin}/${breast.slide}`, model: `${bench.origin}/models/${breast.model}/`, region },
    );
    const cells = Object.entries(preliminary);
    if (cells.length < 500) throw new Error(`Only ${cells.length} cells were foretold.`);
    const equal = cells.filter(([cell, foretold]) => classes[Number(cell)] === foretold).length;
    return { rough_map_agreement: [equal / cells.length] };
  },
};
