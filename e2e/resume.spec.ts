// Runs that last: a tab that is closed in the middle of a run loses no cell, further regions join the map that is there,
// and cells that could not be read are tried again: with the numbers of a quiet run.

import { expect, type Page, test } from '@playwright/test';
import { AppPage, type PlainResult } from './app-page.ts';
import { qupathProblems } from './fixtures/qupath-rules.ts';
import { type Asked, type Fault, startTestServer } from './fixtures/servers.ts';

const region = { x: 2048, y: 2048, width: 2048, height: 1536 };
const small = { x: 2048, y: 2048, width: 640, height: 512 };
const start = '?x=3000&y=2800&mag=5';

/** Equal but for the rounding of sums that were added up in another order. */
function expectSame(result: PlainResult | null, quiet: PlainResult): void {
  expect(result).toMatchObject({ state: 'complete', region: quiet.region, status: quiet.status });
  const off = (result?.probabilities ?? []).map((value, n) => {
    const wanted = quiet.probabilities[n] ?? Number.NaN;
    return Number.isNaN(wanted) ? Number(!Number.isNaN(value)) : Math.abs(value - wanted);
  });
  expect(Math.max(...off)).toBeLessThan(2e-5);
}

const results = (page: Page): Promise<PlainResult | null> =>
  page.evaluate(() => {
    const result = window.concentric.results();
    if (result === null) return null;
    const { region, cellSize, columns, rows, classNames, state, status, probabilities, entropy } = result;
    const arrays = { status: [...status], probabilities: [...probabilities], entropy: [...entropy] };
    return { region, cellSize, columns, rows, classNames, state, ...arrays };
  });

const offer = (page: Page) => page.getByRole('region', { name: 'Interrupted analysis' });

async function setRectangle(page: Page, rect: typeof region) {
  // As drawn by hand, to the pixel.
  await page.evaluate((wanted) => window.concentric.setView(wanted), {
    x: rect.x + rect.width / 2,
    y: rect.y + rect.height / 2,
    magnification: 10,
  });
  await page.getByRole('button', { name: 'Use current view' }).click();
}

test('a tab closed in the middle of a run: it is gone on with, and only what is missing is computed', async ({
  context,
}) => {
  test.setTimeout(420_000);
  const first = new AppPage(await context.newPage());
  await first.open(start);
  const idle = (await first.stats()).multiplyAdds;
  const quiet = await first.analyse({ region });
  const whole = (await first.stats()).multiplyAdds - idle;
  const total = quiet.status.filter((status) => status === 1).length;
  // Kept before the next run begins, which would take its place.
  await first.page.getByRole('button', { name: 'Work', exact: true }).click();
  await expect(first.page.getByRole('table', { name: 'Kept work' })).toBeVisible();
  await first.page.keyboard.press('Escape');
  // The cells of a run that has ended are let go once its result is kept, not in the moment of its end.
  await expect.poll(() => storedCells(first.page)).toBe(0);
  // Held in the middle, so that the machine's speed does not decide how far it gets.
  await first.page.evaluate((wanted) => {
    const run = window.concentric.analyse({ region: wanted });
    run.onProgress(({ done, total }) => {
      if (done > total / 3) run.pause();
    });
  }, region);
  await expect(first.page.getByRole('button', { name: 'Resume' })).toBeVisible();
  // Another window on the same slide leaves a run alone that goes on here.
  const beside = new AppPage(await context.newPage());
  await beside.open(start);
  await beside.page.getByRole('button', { name: 'Work', exact: true }).click();
  await expect(beside.page.getByRole('table', { name: 'Kept work' })).toBeVisible();
  await expect(offer(beside.page)).toHaveCount(0);
  await beside.page.close();
  await expect.poll(() => storedCells(first.page)).toBeGreaterThan(total / 4);
  await first.page.close();

  const again = new AppPage(await context.newPage());
  await again.open(start);
  await expect(offer(again.page)).toContainText('An analysis of a rectangle of');
  // Which rectangle that is, is shown.
  await again.setView({ x: 6000, y: 6000, magnification: 20 });
  await again.page.getByRole('button', { name: 'Show it' }).click();
  await expect
    .poll(() => again.page.evaluate(() => window.concentric.view()))
    .toMatchObject({
      x: expect.closeTo(region.x + region.width / 2, 0),
      y: expect.closeTo(region.y + region.height / 2, 0),
    });
  await expect(again.page.getByRole('radio', { name: 'Rectangle' })).toBeChecked();
  const [, done = '', of = ''] = /after ([\d,]+) of ([\d,]+) cells/.exec(await offer(again.page).innerText()) ?? [];
  const before = Number(done.replace(',', ''));
  expect(Number(of.replace(',', ''))).toBe(total);
  expect(before).toBeGreaterThan(total / 4);
  expect(before).toBeLessThan(total);
  const { multiplyAdds } = await again.stats();
  await again.page.getByRole('button', { name: 'Go on with it' }).click();
  await expect(again.page.getByText(/^Complete:/)).toBeVisible({ timeout: 180_000 });
  expectSame(await results(again.page), quiet);
  await expect.poll(async () => (await again.stats()).multiplyAdds).toBeGreaterThan(multiplyAdds);
  expect((await again.stats()).multiplyAdds - multiplyAdds).toBeLessThan(0.9 * whole);
  await expect(offer(again.page)).toHaveCount(0);
  // What leaves is whole too: a tile object a cell, those of before the break and those of after it.
  const geojson = await again.exportText('geojson');
  expect(qupathProblems(geojson)).toEqual([]);
  expect(JSON.parse(geojson).features).toHaveLength(total);
  // Once it has ended nothing of it stays but its result.
  await expect.poll(() => storedCells(again.page)).toBe(0);
  expect([...first.consoleErrors, ...again.consoleErrors]).toEqual([]);
});

test('a tab closed as soon as a result is kept leaves no interrupted run behind', async ({ context }) => {
  test.setTimeout(300_000);
  const first = new AppPage(await context.newPage());
  await first.open(start);
  await first.analyse({ region: small });
  await expect.poll(() => storedResults(first.page)).toBe(1);
  await first.page.close();
  const again = new AppPage(await context.newPage());
  await again.open(start);
  await expect(again.page.getByText(/Your work on this slide of .* is kept/)).toBeVisible();
  await expect(offer(again.page)).toHaveCount(0);
  await expect.poll(() => storedCells(again.page)).toBe(0);
  expect(again.consoleErrors).toEqual([]);
});

test('a run that was broken off can be let go', async ({ context }) => {
  test.setTimeout(300_000);
  const first = new AppPage(await context.newPage());
  await first.open(start);
  await first.page.evaluate(() => void window.concentric.analyse());
  await expect.poll(() => storedCells(first.page)).toBeGreaterThan(0);
  await first.page.close();
  const again = new AppPage(await context.newPage());
  await again.open(start);
  await again.page.getByRole('button', { name: 'Discard it' }).click();
  await expect(offer(again.page)).toHaveCount(0);
  await expect.poll(() => storedCells(again.page)).toBe(0);
  expect(again.consoleErrors).toEqual([]);
});

test('a second region joins the map, a region that is complete is computed again', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open(start);
  const run = async (rect: typeof region) => {
    const createdAt = () => page.evaluate(() => window.concentric.results()?.provenance.createdAt ?? null);
    const before = await createdAt();
    await setRectangle(page, rect);
    await page.getByRole('button', { name: 'Run analysis' }).click();
    await expect.poll(async () => [null, before].includes(await createdAt())).toBe(false);
    return results(page);
  };
  const one = await run({ x: 2400, y: 2400, width: 8, height: 8 });
  const two = await run({ x: 5200, y: 2600, width: 8, height: 8 });
  if (one === null || two === null) throw new Error('There are no results.');
  expect(two.region.x).toBe(one.region.x);
  expect(two.region.x + two.region.width).toBeGreaterThan(one.region.x + one.region.width);
  const doneOf = (result: PlainResult) => result.status.filter((status) => status === 1).length;
  expect(doneOf(two)).toBeGreaterThan(doneOf(one));
  expect(two.status.some((status) => status === 3)).toBe(true);
  const { provenance } = JSON.parse(await app.exportText('json')) as { provenance: { parts: unknown[] } };
  expect(provenance.parts).toHaveLength(2);
  // The first region's cells stand at their place with the numbers they had.
  const classes = one.classNames.length;
  const place = (cell: number) => {
    const column = (cell % one.columns) + Math.round((one.region.x - two.region.x) / one.cellSize);
    const row = Math.floor(cell / one.columns) + Math.round((one.region.y - two.region.y) / one.cellSize);
    return row * two.columns + column;
  };
  for (const [cell, status] of one.status.entries()) {
    if (status !== 1) continue;
    const at = place(cell) * classes;
    expect(two.probabilities.slice(at, at + classes)).toEqual(
      one.probabilities.slice(cell * classes, (cell + 1) * classes),
    );
  }
  const decodedCells = async () => (await app.stats()).multiplyAdds;
  const before = await decodedCells();
  const three = await run({ x: 2400, y: 2400, width: 8, height: 8 });
  await expect.poll(decodedCells).toBeGreaterThan(before);
  expect(three?.status).toEqual(two.status);
  // A script that does not ask for it begins anew.
  const alone = await app.analyse({ region: small });
  expect(alone.region.width).toBeLessThan(two.region.width);
  await page.getByRole('button', { name: 'Remove the analysis' }).click();
  await expect.poll(() => results(page)).toBeNull();
  expect(app.consoleErrors).toEqual([]);
});

test('cells that could not be read are tried again, and only they', async ({ page }) => {
  test.setTimeout(300_000);
  const state: { fault: (asked: Asked) => Fault | null } = {
    fault: ({ path }) => (/\/13\/4_4\.\w+$/.test(path) ? { kind: 'status', status: 404 } : null),
  };
  const server = await startTestServer({ files: 'public/slides/phantom', fault: (asked) => state.fault(asked) });
  const app = new AppPage(page);
  await app.open();
  const quiet = await app.analyse({ region: small });
  await app.openSlide(`${server.url}/phantom.dzi`);
  const unread = (await app.analyse({ region: small })).status.filter((status) => status === 2).length;
  expect(unread).toBeGreaterThan(0);
  await expect(page.getByText(new RegExp(`${unread} cells could not be read`))).toBeVisible();
  state.fault = () => null;
  await page.getByRole('button', { name: 'Try these again' }).click();
  await expect.poll(() => page.evaluate(() => window.concentric.results()?.provenance.unread)).toBe(0);
  await expect(page.getByText(/cells could not be read/)).toHaveCount(0);
  const result = await results(page);
  expect(result?.status).toEqual(quiet.status);
  await server.close();
});

/** Cells that the browser keeps of runs on their way. */
async function storedCells(page: Page): Promise<number> {
  return (await stored(page, 'concentric-runs', 'cells')).reduce((sum, cells) => sum + cells, 0);
}

/** Results that the browser keeps with the user's work. */
async function storedResults(page: Page): Promise<number> {
  return (await stored(page, 'concentric-workspaces', 'results')).length;
}

/** Of each entry in a store of a database how many cells its batches hold; none where the database is not there. */
function stored(page: Page, name: string, store: string): Promise<number[]> {
  return page.evaluate(
    ([name, store]) =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open(name);
        // Looking must not make it.
        opening.onupgradeneeded = () => opening.transaction?.abort();
        opening.onerror = () => resolve([]);
        opening.onsuccess = () => {
          const database = opening.result;
          const all = database.transaction(store).objectStore(store).getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            database.close();
            const entries = all.result as { cells: unknown }[];
            const batches = entries.map(({ cells }) => (Array.isArray(cells) ? cells : []));
            resolve(batches.map((some) => some.reduce((sum, { index }) => sum + index.length, 0)));
          };
        };
      }),
    [name, store] as const,
  );
}
