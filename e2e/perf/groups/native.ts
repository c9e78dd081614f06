// Runs in the browser against the usual native pipeline on the same slide, model and cells: `python -m dsml bench`, in
// interleaved pairs. Step half, the app's default; the pipeline's cost a cell does not depend on the step.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Point } from '../../../src/pyramid/geometry.ts';
import { dataFile } from '../../fixtures/data.ts';
import { pick, seeded } from '../../fixtures/seeded.ts';
import { type Bench, breast, root } from '../bench.ts';
import { timedRun } from './app-run.ts';
import { type Group, wantsData } from './group.ts';
import { hasPython, missingPython, python } from './python.ts';

const pairs = 3;
const cells = 640;
const warmUp = { x: 1500, y: 6400, width: 1000, height: 1000 };

async function nativeRate(points: readonly Point[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'concentric-perf-'));
  try {
    const file = join(folder, 'points.json');
    writeFileSync(file, JSON.stringify(points.map(({ x, y }) => [x, y])));
    const model = join(root, 'public/models', breast.model);
    const slide = dataFile('slides/her2st-B4.tif');
    const args = ['-m', 'dsml', 'bench', '--model', model, '--slide', slide, '--points', file];
    return (JSON.parse(await python(args)) as { cells_per_second: number }).cells_per_second;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const native: Group = {
  metrics: ['browser_over_native', 'native_cells_per_second'],
  obstacle: () => (hasPython ? wantsData() : missingPython),
  async measure(bench: Bench) {
    const app = await bench.breastApp(await bench.browser());
    const random = seeded(5);
    const ratios: number[] = [];
    const rates: number[] = [];
    await timedRun(app, { region: warmUp });
    for (let pair = 0; pair < pairs; pair++) {
      const { cellsPerSecond, centres } = await timedRun(app);
      const native = await nativeRate(pick(centres, cells, random));
      rates.push(native);
      ratios.push(cellsPerSecond / native);
    }
    return { browser_over_native: ratios, native_cells_per_second: rates };
  },
};
