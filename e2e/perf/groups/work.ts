// What a run over the whole slide does besides showing cells: multiply-adds, time outside the model, tiles, and how soon a
// rough map is there.

import { cpus } from 'node:os';
import type { AppPage } from '../../app-page.ts';
import { type Bench, breast } from '../bench.ts';
import { fetchedTwice } from '../fetched-twice.ts';
import { timedRun } from './app-run.ts';
import { type Group, wantsData } from './group.ts';

const repeats = 3;
/** As many encoders work at once: see src/model/regions/encoder-workers.ts. */
const threads = Math.min(cpus().length, 8);

/** Multiply-adds a cell of mode exact, counted on a few cells. */
async function exactWorkPerCell(app: AppPage): Promise<number> {
  const region = { x: 2000, y: 7000, width: 256, height: 256 };
  const { before, after, done } = await timedRun(app, { region, mode: 'exact' });
  return (after.multiplyAdds - before.multiplyAdds) / done;
}

export const work: Group = {
  metrics: [
    'mac_ratio_half',
    'non_model_share',
    'decodes_per_tile',
    'tiles_fetched_twice',
    'first_cell_ms_warm',
    'rough_map_share',
  ],
  obstacle: wantsData,
  async measure(bench: Bench) {
    const from = bench.requests.length;
    const app = await bench.breastApp(await bench.browser());
    // The viewer shows the slide while the first run reads it: both ask for the same tiles.
    const first = await timedRun(app);
    const { tilesDecoded, tilesUnique } = first.after;
    const twice = fetchedTwice(bench.requests.slice(from), breast.slide);
    const shares: number[] = [];
    const firstCells: number[] = [];
    const rough: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { before, after, ms, firstCellMs, roughMs } = await timedRun(app);
      const modelMs = after.modelMs - before.modelMs;
      shares.push((ms * threads - modelMs) / modelMs);
      firstCells.push(firstCellMs);
      rough.push(roughMs / ms);
    }
    const perCell = (first.after.multiplyAdds - first.before.multiplyAdds) / first.done;
    return {
      mac_ratio_half: [perCell / (await exactWorkPerCell(app))],
      non_model_share: shares,
      decodes_per_tile: [tilesDecoded / tilesUnique],
      tiles_fetched_twice: [twice],
      first_cell_ms_warm: firstCells,
      rough_map_share: rough,
    };
  },
};
