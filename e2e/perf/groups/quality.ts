// What shared features cost in truth: every shipped model in both modes on the same cells.

import type { Rect } from '../../../src/pyramid/geometry.ts';
import type { AppPage } from '../../app-page.ts';
import type { Bench } from '../bench.ts';
import { type Group, wantsData } from './group.ts';

interface Sample {
  readonly model: string;
  readonly slide: string;
  readonly regions: readonly Rect[];
}

/** Each model on tissue it may meet; regions of a few hundred cells, with borders between classes in them. */
const samples: readonly Sample[] = [
  {
    model: 'her2st-breast',
    slide: 'slides/local/her2st-B4.tif',
    regions: [
      { x: 1500, y: 6400, width: 1000, height: 1000 },
      { x: 5600, y: 5400, width: 1000, height: 1000 },
    ],
  },
  {
    model: 'glas-colon',
    slide: 'slides/local/CMU-1-Small-Region.svs',
    regions: [{ x: 300, y: 500, width: 1300, height: 1300 }],
  },
  {
    model: 'phantom',
    slide: 'phantom',
    regions: [
      { x: 2048, y: 2048, width: 1500, height: 1500 },
      { x: 5000, y: 4000, width: 1500, height: 1500 },
    ],
  },
];

async function compare(app: AppPage, region: Rect): Promise<{ cells: number; equal: number; difference: number }> {
  const shared = await app.analyse({ region, mode: 'shared' });
  const exact = await app.analyse({ region, mode: 'exact' });
  const classes = shared.classNames.length;
  const highest = (row: readonly number[]) => row.indexOf(Math.max(...row));
  let [cells, equal, difference] = [0, 0, 0];
  exact.status.forEach((status, cell) => {
    if (status !== 1) return;
    if (shared.status[cell] !== 1) throw new Error(`Cell ${cell} is done in one mode only.`);
    const [a, b] = [shared, exact].map(({ probabilities }) =>
      probabilities.slice(cell * classes, (cell + 1) * classes),
    );
    if (a === undefined || b === undefined) return;
    cells++;
    if (highest(a) === highest(b)) equal++;
    difference += a.reduce((sum, p, k) => sum + Math.abs(p - (b[k] ?? Number.NaN)), 0) / classes;
  });
  return { cells, equal, difference };
}

export const quality: Group = {
  metrics: ['shared_class_agreement', 'shared_mean_abs_dp'],
  obstacle: wantsData,
  async measure(bench: Bench) {
    const app = await bench.app(await bench.browser());
    const agreements: number[] = [];
    const differences: number[] = [];
    for (const { model, slide, regions } of samples) {
      await app.loadModel(model, 'wasm');
      await app.openSlide(slide);
      let [cells, equal, difference] = [0, 0, 0];
      for (const region of regions) {
        const one = await compare(app, region);
        cells += one.cells;
        equal += one.equal;
        difference += one.difference;
      }
      if (cells < 100) throw new Error(`Only ${cells} cells of ${slide} have tissue.`);
      console.log(`  ${model}: ${cells} cells, ${equal / cells} equal, mean |dp| ${difference / cells}`);
      agreements.push(equal / cells);
      differences.push(difference / cells);
    }
    // The worst of the models is what is reported.
    return { shared_class_agreement: [Math.min(...agreements)], shared_mean_abs_dp: [Math.max(...differences)] };
  },
};
