// The browser and `python -m dsml infer` on the same slides with the same model folder: the same cells, the same classes,
// nearly the same probabilities. Decoders and convolutions differ in rounding, so equality is not asked. Whole slides take
// minutes on a CPU: `npm run test:native` runs it, `npm test` leaves it out.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { parseResultJson } from '../src/results/parse-json.ts';
import { AppPage, type PlainResult } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';

const training = fileURLToPath(new URL('../training', import.meta.url));
const python = join(training, '.venv/bin/python');
const model = 'her2st-breast';

test.skip(!hasData, missingData);
test.skip(!existsSync(python), 'training/ has no Python environment: `npm run test:training` makes it.');

const limits = {
  // step full: every cell costs as many encoder passes as there are magnifications
  exact: { step: 'full', equal: 0.995, difference: 0.01 },
  shared: { step: 'half', equal: 0.98, difference: 0.02 },
} as const;

for (const slide of ['CMU-1-Small-Region.svs', 'her2st-B4.tif']) {
  for (const mode of ['shared', 'exact'] as const) {
    test(`${slide}, ${mode}`, async ({ page }, info) => {
      test.setTimeout(1_800_000);
      const { step, equal, difference } = limits[mode];
      const native = inferNatively(dataFile(`slides/${slide}`), mode, step);
      const app = new AppPage(page);
      await app.open();
      await app.loadModel(model, 'wasm');
      await app.openSlide(`slides/local/${slide}`);
      const browser = await app.analyse({ mode, step });
      const { cells, equalShare, meanDifference } = compare(browser, native);
      const words = `${cells} cells, ${(100 * equalShare).toFixed(2)} % equal classes, mean difference ${meanDifference.toFixed(4)}`;
      info.annotations.push({ type: 'measured', description: words });
      console.log(`${slide}, ${mode}, step ${step}: ${words}`);
      expect(cells).toBeGreaterThan(100);
      expect(equalShare).toBeGreaterThanOrEqual(equal);
      expect(meanDifference).toBeLessThanOrEqual(difference);
    });
  }
}

function inferNatively(slide: string, mode: string, step: string): PlainResult {
  const out = mkdtempSync(join(tmpdir(), 'concentric-native-'));
  try {
    const folder = fileURLToPath(new URL(`../public/models/${model}`, import.meta.url));
    const options = ['--model', folder, '--out', out, '--mode', mode, '--step', step];
    const { status, stderr } = spawnSync(python, ['-m', 'dsml', 'infer', slide, ...options], {
      cwd: training,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const result = parseResultJson(readFileSync(join(out, `${basename(slide, extname(slide))}.results.json`), 'utf8'));
    return { ...result, status: [...result.status], probabilities: [...result.probabilities], entropy: [] };
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Over the cells that both have done; both must have chosen the same ones as tissue. */
function compare(ours: PlainResult, theirs: PlainResult) {
  expect([ours.columns, ours.rows, ours.region]).toEqual([theirs.columns, theirs.rows, theirs.region]);
  const classes = ours.classNames.length;
  let [cells, equal, difference, tissue] = [0, 0, 0, 0];
  for (const [index, status] of ours.status.entries()) {
    if (status === 1 || theirs.status[index] === 1) tissue++;
    if (status !== 1 || theirs.status[index] !== 1) continue;
    const of = (result: PlainResult) => result.probabilities.slice(index * classes, (index + 1) * classes);
    const [a, b] = [of(ours), of(theirs)];
    cells++;
    if (a.indexOf(Math.max(...a)) === b.indexOf(Math.max(...b))) equal++;
    difference += a.reduce((sum, value, k) => sum + Math.abs(value - (b[k] ?? 0)), 0) / classes;
  }
  // The tissue rule is the same to the pixel; the decoded thumbnails it looks at are not.
  expect(cells / tissue).toBeGreaterThan(0.98);
  return { cells, equalShare: equal / cells, meanDifference: difference / cells };
}
