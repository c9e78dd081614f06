// `python -m dsml infer` over the four breast sections with one worker process and with two: how much quicker two are,
// and that they write the same files. Rates are those of its report: workers' start included, loading PyTorch not.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile } from '../../fixtures/data.ts';
import { breast, root } from '../bench.ts';
import { type Group, wantsData } from './group.ts';
import { hasPython, missingPython, python } from './python.ts';

/** um/px of the sections; their files do not say. */
const SECTION_MPP = 0.69;

/** Cells a second, and a hash of each file of results. */
async function infer(workers: number): Promise<{ rate: number; files: Readonly<Record<string, string>> }> {
  const out = mkdtempSync(join(tmpdir(), 'concentric-workers-'));
  try {
    const slides = readdirSync(dataFile('her2st/images')).map((name) => dataFile(`her2st/images/${name}`));
    const options = { '--model': join(root, 'public/models', breast.model), '--out': out, '--workers': workers };
    const more = { '--mpp': SECTION_MPP };
    await python([
      '-m',
      'dsml',
      'infer',
      ...slides,
      ...Object.entries({ ...options, ...more })
        .flat()
        .map(String),
    ]);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { cellsPerSecond: number };
    const results = readdirSync(out).filter((name) => name.endsWith('.results.csv'));
    return {
      rate: report.cellsPerSecond,
      files: Object.fromEntries(results.map((name) => [name, cellsHash(out, name)])),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Of the cells of a table, without the lines before them that say when it was made. */
function cellsHash(folder: string, name: string): string {
  const cells = readFileSync(join(folder, name), 'utf8').replace(/^#.*\n/gm, '');
  return createHash('sha256').update(cells).digest('hex');
}

export const inferWorkers: Group = {
  metrics: ['infer_two_workers_gain', 'infer_cells_per_second'],
  obstacle: () => (hasPython ? wantsData() : missingPython),
  async measure() {
    const [one, two] = [await infer(1), await infer(2)];
    if (JSON.stringify(one.files) !== JSON.stringify(two.files)) throw new Error('Two workers wrote other results.');
    return { infer_two_workers_gain: [two.rate / one.rate], infer_cells_per_second: [one.rate] };
  },
};
