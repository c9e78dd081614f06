// Whether runs go where the tissue is: the cells that a run would visit, against labelled spots of a breast section,
// labelled glands, and the phantom, whose truth is known for every pixel.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CellGrid, cellGrid, cellOfPoint, cellRect } from '../../../src/pyramid/cell-grid.ts';
import type { AppPage } from '../../app-page.ts';
import { dataFile } from '../../fixtures/data.ts';
import { glandDownsamples, glandsKept } from '../../fixtures/glands-on-glass.ts';
import { readPhantomTruth } from '../../fixtures/phantom-truth.ts';
import { type Bench, root } from '../bench.ts';
import { type Group, wantsData } from './group.ts';

/** The grid of a run over the whole slide, and which of its cells have tissue; the run is cancelled at once. */
async function planned(app: AppPage, slide: string, model: string): Promise<{ grid: CellGrid; tissue: boolean[] }> {
  await app.loadModel(model, 'wasm');
  const { width, height } = await app.openSlide(slide);
  const { cellSize, status } = await app.page.evaluate(async () => {
    const run = window.concentric.analyse();
    run.cancel();
    const { cellSize, status } = await run.done;
    return { cellSize, status: [...status] };
  });
  return { grid: cellGrid({ width, height }, cellSize), tissue: status.map((one) => one !== 0) };
}

function shareKept(kept: readonly boolean[]): number {
  if (kept.length === 0) throw new Error('There is no labelled tissue.');
  return kept.filter(Boolean).length / kept.length;
}

async function breastRecall(app: AppPage): Promise<number> {
  const { grid, tissue } = await planned(app, 'slides/local/her2st-B4.tif', 'her2st-breast');
  const kept: boolean[] = [];
  for (const line of readFileSync(dataFile('her2st/points.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [image, x, y] = line.split(',');
    const cell = cellOfPoint(grid, { x: Number(x), y: Number(y) });
    if (image === 'images/B4.jpg' && cell !== null) kept.push(tissue[cell.row * grid.columns + cell.column] === true);
  }
  return shareKept(kept);
}

async function phantom(app: AppPage): Promise<{ recall: number; overTissue: number }> {
  const { grid, tissue } = await planned(app, 'phantom', 'phantom');
  const truth = readPhantomTruth(join(root, 'public/slides/phantom'));
  let [tissueKept, tissueAll, cellsWithTissue] = [0, 0, 0];
  tissue.forEach((kept, cell) => {
    const rect = cellRect(grid, cell % grid.columns, Math.floor(cell / grid.columns));
    const shares = truth.shares(rect);
    const share = truth.classNames.reduce((sum, name) => sum + (shares.get(name) ?? 0), 0);
    tissueAll += share;
    if (kept) tissueKept += share;
    if (share > 0) cellsWithTissue++;
  });
  return { recall: tissueKept / tissueAll, overTissue: tissue.filter(Boolean).length / cellsWithTissue };
}

export const tissue: Group = {
  metrics: ['tissue_recall', 'patches_over_tissue'],
  obstacle: wantsData,
  async measure(bench: Bench) {
    const app = await bench.app(await bench.browser());
    const made = await phantom(app);
    const recalls = {
      phantom: made.recall,
      breast: await breastRecall(app),
      glands: shareKept(glandDownsamples.flatMap(glandsKept)),
    };
    console.log(`  tissue kept: ${JSON.stringify(recalls)}`);
    return { tissue_recall: [Math.min(...Object.values(recalls))], patches_over_tissue: [made.overTissue] };
  },
};
