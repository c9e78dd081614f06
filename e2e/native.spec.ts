// The browser and `python -m dsml infer` on the same slides with the same model folder: the same cells, the same classes,
// nearly the same probabilities. Decoders and convolutions differ in rounding, so equality is not asked. Whole slides take
// minutes on a CPU (`npm run test:native`); a part of each is quick (`npm run test:native:regions`). `npm test` has neither.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import type { Rect } from '../src/pyramid/geometry.ts';
import { parseResultJson } from '../src/results/parse-json.ts';
import { AppPage, type PlainResult } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';

const training = fileURLToPath(new URL('../training', import.meta.url));
const python = join(training, '.venv/bin/python');
const model = 'her2st-breast';

test.skip(!hasData, missingData);
// In CI a missing environment is a failure: .ci/run makes it before it comes here.
test.skip(
  !process.env.CI && !existsSync(python),
  'training/ has no Python environment: `npm run test:training` makes it.',
);

const limits = {
  // step full: every cell costs as many encoder passes as there are magnifications
  exact: { step: 'full', equal: 0.995, difference: 0.01 },
  shared: { step: 'half', equal: 0.98, difference: 0.02 },
} as const;
type Mode = keyof typeof limits;

/** Of each slide a part where classes meet, level-0 px. */
const slides: Readonly<Record<string, Rect>> = {
  'CMU-1-Small-Region.svs': { x: 100, y: 300, width: 1900, height: 2300 },
  'her2st-B4.tif': { x: 2560, y: 6912, width: 1792, height: 1664 },
};

for (const [slide, part] of Object.entries(slides)) {
  for (const mode of ['shared', 'exact'] as const) {
    test(`whole ${slide}, ${mode}`, async ({ page }) => {
      test.setTimeout(1_800_000);
      hold(mode, await inBrowser(page, slide, mode), inferNatively(slide, mode));
    });

    test(`part of ${slide}, ${mode}`, async ({ page }) => {
      const browser = await inBrowser(page, slide, mode, part);
      hold(mode, browser, partOf(inferNatively(slide, mode, browser.region), browser));
    });
  }
}

async function inBrowser(page: Page, slide: string, mode: Mode, region?: Rect): Promise<PlainResult> {
  const app = new AppPage(page);
  await app.open();
  await app.loadModel(model, 'wasm');
  await app.openSlide(`slides/local/${slide}`);
  return app.analyse({ mode, step: limits[mode].step, ...(region && { region }) });
}

/** What `infer` writes of the slide; with a region only the cells inside it have numbers. */
function inferNatively(slide: string, mode: Mode, region?: Rect): PlainResult {
  const out = mkdtempSync(join(tmpdir(), 'concentric-native-'));
  try {
    const file = join(out, `${basename(slide, extname(slide))}.results.json`);
    const folder = fileURLToPath(new URL(`../public/models/${model}`, import.meta.url));
    const path = dataFile(`slides/${slide}`);
    const { step } = limits[mode];
    const command =
      region === undefined
        ? ['dsml', 'infer', path, '--model', folder, '--out', out, '--mode', mode, '--step', step]
        : ['tests.infer_part', path, folder, mode, step, rectText(region), file];
    const { status, stderr } = spawnSync(python, ['-m', ...command], { cwd: training, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const result = parseResultJson(readFileSync(file, 'utf8'));
    return { ...result, status: [...result.status], probabilities: [...result.probabilities], entropy: [] };
  } finally {
    rmSync(out, { recursive: true });
  }
}

function rectText({ x, y, width, height }: Rect): string {
  return [x, y, width, height].join();
}

/** The cells of `whole`, a result of the whole slide, that `part` has. */
function partOf(whole: PlainResult, part: PlainResult): PlainResult {
  expect(whole.cellSize).toBe(part.cellSize);
  const classes = whole.classNames.length;
  const [left, top] = [Math.round(part.region.x / part.cellSize), Math.round(part.region.y / part.cellSize)];
  const cells = part.status.map(
    (_, k) => (top + Math.floor(k / part.columns)) * whole.columns + left + (k % part.columns),
  );
  return {
    ...part,
    status: cells.map((cell) => whole.status[cell] ?? Number.NaN),
    probabilities: cells.flatMap((cell) => whole.probabilities.slice(cell * classes, (cell + 1) * classes)),
  };
}

/** Says how near they are, and fails where that is not near enough. */
function hold(mode: Mode, browser: PlainResult, native: PlainResult): void {
  const { equal, difference } = limits[mode];
  const { cells, equalShare, meanDifference } = compare(browser, native);
  const words = `${cells} cells, ${(100 * equalShare).toFixed(2)} % equal classes, mean difference ${meanDifference.toFixed(4)}`;
  test.info().annotations.push({ type: 'measured', description: words });
  console.log(`${test.info().title}: ${words}`);
  expect(cells).toBeGreaterThan(100);
  expect(equalShare).toBeGreaterThanOrEqual(equal);
  expect(meanDifference).toBeLessThanOrEqual(difference);
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
