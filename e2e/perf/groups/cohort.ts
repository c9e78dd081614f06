// A cohort of many slides in the viewer: how long its table takes to open, to sort and to filter, and whether it scrolls
// without a stutter. The cohort is 500 small made slides that `python -m dsml infer` runs the phantom's model over, the
// first time it is asked for; CONCENTRIC_COHORT names the folder of another one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Bench, root } from '../bench.ts';
import { percentile95 } from '../report.ts';
import type { Group } from './group.ts';
import { hasPython, missingPython, python, SOME_FAILED } from './python.ts';

const rounds = 3;
const madeSlides = 500;
/** Kept: what is made once is only opened later. */
const madeFolder = join(root, 'training/out/cohort-500');
const wheelPx = 300;
const wheels = 60;

/** The folder of the cohort, made where it is missing. Of the made slides every fiftieth is cut short. */
async function cohortFolder(): Promise<string> {
  const named = process.env.CONCENTRIC_COHORT;
  if (named !== undefined) return named;
  const results = join(madeFolder, 'results');
  if (existsSync(join(results, 'report.json'))) return results;
  const slides = join(madeFolder, 'slides');
  await python(['tests/made_slides.py', String(madeSlides), slides]);
  const model = join(root, 'public/models/phantom');
  const options = ['--model', model, '--out', results, '--step', 'full'];
  await python(['-m', 'dsml', 'infer', slides, ...options], [0, SOME_FAILED]);
  return results;
}

/** ms from the act until `shown` holds on the page, as the page's own clock has it. */
async function timed(page: Page, act: () => Promise<unknown>, shown: () => Promise<unknown>): Promise<number> {
  const start = await page.evaluate(() => performance.now());
  await act();
  await shown();
  return (await page.evaluate(() => performance.now())) - start;
}

/** Milliseconds between frames while the table is scrolled through, a turn of the wheel a frame. */
async function scrollFrames(page: Page, rows: Locator): Promise<readonly number[]> {
  await rows.hover();
  await page.evaluate(() => {
    const seen = {
      lastMs: null as number | null,
      frames: [] as number[],
      going: true,
      frame(nowMs: number) {
        if (seen.lastMs !== null) seen.frames.push(nowMs - seen.lastMs);
        seen.lastMs = nowMs;
        if (seen.going) requestAnimationFrame(seen.frame);
      },
    };
    (globalThis as typeof globalThis & { seen: typeof seen }).seen = seen;
    requestAnimationFrame(seen.frame);
  });
  const first = rows.getByRole('rowheader').first();
  const before = await first.innerText();
  for (let wheel = 0; wheel < wheels; wheel++) {
    await page.mouse.wheel(0, wheelPx);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  const frames = await page.evaluate(() => {
    const { seen } = globalThis as typeof globalThis & { seen: { frames: number[]; going: boolean } };
    seen.going = false;
    return seen.frames;
  });
  if ((await first.innerText()) === before) throw new Error('The table did not scroll.');
  return frames;
}

export const cohort: Group = {
  metrics: ['cohort_slides', 'cohort_open_ms', 'cohort_sort_ms', 'cohort_filter_ms', 'cohort_scroll_p95_frame_ms'],
  obstacle: () => (hasPython || process.env.CONCENTRIC_COHORT !== undefined ? null : missingPython),
  async measure(bench: Bench) {
    const folder = await cohortFolder();
    const { slides } = JSON.parse(readFileSync(join(folder, 'cohort.json'), 'utf8')) as { slides: { name: string }[] };
    const names = slides.map(({ name }) => name).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const [open, sort, filter, scroll]: number[][] = [[], [], [], []];
    for (let round = 0; round < rounds; round++) {
      const { page } = await bench.app(await bench.browser());
      const table = page.getByRole('table', { name: 'Slides of the cohort' });
      await page.getByRole('button', { name: 'Open slide' }).click();
      const files = page.getByRole('dialog').getByLabel('Choose a folder');
      // From the page learning of the files: handing over thousands of them is the work of who drives the browser.
      const chosenMs = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            document.addEventListener('change', () => resolve(performance.now()), { capture: true, once: true });
          }),
      );
      await files.setInputFiles(folder);
      await table.getByRole('row').nth(5).waitFor();
      open?.push((await page.evaluate(() => performance.now())) - (await chosenMs));
      const first = table.getByRole('rowheader').first();
      const [lastName] = names.slice(-1);
      sort?.push(
        await timed(
          page,
          () => table.getByRole('button', { name: 'Slide' }).first().click(),
          () => first.getByText(lastName ?? '', { exact: true }).waitFor(),
        ),
      );
      scroll?.push(percentile95(await scrollFrames(page, table)));
      const wanted = names[Math.floor(names.length / 2)] ?? '';
      filter?.push(
        await timed(
          page,
          () => page.getByLabel('Find a slide').fill(wanted),
          () => first.getByText(wanted, { exact: true }).waitFor(),
        ),
      );
      await page.close();
    }
    return {
      cohort_slides: [slides.length],
      cohort_open_ms: open ?? [],
      cohort_sort_ms: sort ?? [],
      cohort_filter_ms: filter ?? [],
      cohort_scroll_p95_frame_ms: scroll ?? [],
    };
  },
};
