// Work is kept: points as a table, and everything on a slide saved as the user goes, brought back after a reload, and
// carried as one file into a browser that never saw it: the same pixels, numbers and regions.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import { AppPage } from './app-page.ts';

const start = '?x=3000&y=3000&mag=10';
const tissue = { x: 2800, y: 2800, width: 512, height: 512 };

function rows(page: Page): Promise<string[][]> {
  return page
    .getByRole('table', { name: 'Points asked about on this slide' })
    .locator('tbody')
    .evaluateAll((found) =>
      found.map((spot) => [...spot.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim() ?? '')),
    );
}

async function ask(page: Page, app: AppPage, x: number, y: number) {
  await app.slide.click({ position: { x, y } });
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
}

async function saved(page: Page, button: string | RegExp): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

/** Regions, points, the analysis to its last number, how layers are drawn, and the picture of the slide. */
async function everything(page: Page, app: AppPage) {
  await app.settle();
  return {
    points: await rows(page),
    regions: JSON.parse(await saved(page, 'Save GeoJSON')),
    analysis: await app.exportText('json'),
    classes: await page.getByRole('table', { name: 'Area by class' }).innerText(),
    legend: await page.getByRole('region', { name: 'Legend' }).innerText(),
    view: await page.evaluate(() => window.concentric.view()),
    position: await page.locator('.position-readout').textContent(),
  };
}

/**
 * The slide's pane without the controls and the box of the position, which `everything` has in words: the browser draws
 * round corners anew part by part, and not always to the same level.
 */
function pictureOf({ slide }: AppPage): Promise<Buffer> {
  return slide.screenshot({ style: '.position-readout, .view-controls { visibility: hidden }' });
}

/** Pixels of the slide's pane that differ between two screenshots. */
function differingPixels(a: Buffer, b: Buffer): number {
  const [first, second] = [decode(a), decode(b)];
  if (first.data.length !== second.data.length) return Number.POSITIVE_INFINITY;
  let differing = 0;
  for (let at = 0; at < first.data.length; at += first.channels) {
    const isSame = [0, 1, 2].every((channel) => first.data[at + channel] === second.data[at + channel]);
    if (!isSame) differing += 1;
  }
  return differing;
}

test('points asked about: listed, sorted, shown again, taken out and saved', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  for (const [count, x] of [250, 450, 650].entries()) {
    await ask(page, app, x, 300);
    await expect.poll(async () => (await rows(page)).length).toBe(count + 1);
  }
  await expect.poll(async () => (await rows(page)).map(([number]) => number)).toEqual(['1', '2', '3']);
  const entropies = async () => (await rows(page)).map((row) => Number(row[5]));
  const descending = (await entropies()).sort((a, b) => b - a);
  await page.getByRole('button', { name: 'Entropy, from 0' }).click();
  await expect.poll(entropies).toEqual(descending);

  // The table's numbers are the model's, and asking again at the same spot adds no row.
  const csv = await saved(page, 'Save CSV');
  const [, , head = '', ...lines] = csv.trimEnd().split('\n');
  const [first = ''] = lines;
  const column = (name: string) => Number(first.split(',')[head.split(',').indexOf(name)]);
  const at = { x: column('x'), y: column('y') };
  const answer = await app.classify(at);
  expect(column('probability')).toBeCloseTo(Math.max(...answer.probabilities), 5);
  // The phantom has 0.5 um a pixel.
  const microns = (pixels: number) => Math.round(pixels / 2).toLocaleString('en');
  const firstRow = (await rows(page)).find(([number]) => number === '1');
  expect(firstRow?.[3]).toContain(`${microns(at.x)}, ${microns(at.y)} µm`);
  await page.getByRole('button', { name: 'Show point 1' }).click();
  await expect.poll(() => page.evaluate(() => window.concentric.view().x)).toBeCloseTo(at.x, 0);
  await expect.poll(async () => (await rows(page)).length).toBe(3);

  await page.getByRole('button', { name: 'Remove point 2' }).click();
  await expect.poll(async () => (await rows(page)).map(([number]) => number).sort()).toEqual(['1', '3']);
  expect(app.consoleErrors).toEqual([]);
});

test('work comes back after a reload, and from its file in a browser that never saw it', async ({ page, browser }) => {
  test.setTimeout(420_000);
  const app = new AppPage(page);
  await app.open(start);
  await page.getByRole('button', { name: 'Rectangle', exact: true }).click();
  await page.mouse.move(300, 300);
  await page.mouse.down();
  await page.mouse.move(420, 380, { steps: 4 });
  await page.mouse.up();
  await page.getByRole('textbox', { name: 'Name' }).fill('Front');
  await page.keyboard.press('Enter');
  await app.analyse({ region: tissue });
  await ask(page, app, 500, 300);
  await expect.poll(async () => (await rows(page)).length).toBe(1);
  await page.getByRole('radio', { name: 'Smooth', exact: true }).check();
  await app.setView({ x: 3010, y: 3020, magnification: 12, rotation: 90 });
  // The pointer leaves no mark of its own.
  await page.mouse.move(2, 2);
  // Which region is chosen just now is not part of the work.
  await page.getByRole('button', { name: 'Numbers of Front' }).click();
  const before = await everything(page, app);
  const picture = await pictureOf(app);
  // Bit by bit: numbers first, then what is drawn of them.
  const expectBack = (where: Page, its: AppPage) =>
    expect(async () => {
      expect(await everything(where, its)).toEqual(before);
      expect(differingPixels(await pictureOf(its), picture)).toBe(0);
    }).toPass({ timeout: 120_000 });

  await page.getByRole('button', { name: 'Work', exact: true }).click();
  const list = page.getByRole('table', { name: 'Kept work' });
  await expect(list).toContainText('analysis by');
  await expect(list).toContainText('1 region, 1 point');
  const file = await saved(page, /Save the work on .* as a file/);

  // Again here, by the notice that says so.
  await page.reload();
  await page.evaluate(() => window.concentric.ready);
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  await page.mouse.move(2, 2);
  await expectBack(page, app);

  const elsewhere = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' });
  try {
    const fresh = await elsewhere.newPage();
    const other = new AppPage(fresh);
    await other.open();
    await fresh.getByRole('button', { name: 'Work', exact: true }).click();
    await expect(fresh.getByRole('dialog')).toContainText('Nothing yet');
    await fresh
      .getByLabel('Open a work file…')
      .setInputFiles({ name: 'a-work.json', mimeType: 'application/json', buffer: Buffer.from(file) });
    await expect(fresh.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
    await fresh.mouse.move(2, 2);
    await expectBack(fresh, other);

    // A damaged file changes nothing.
    await fresh.getByRole('button', { name: 'Work', exact: true }).click();
    await fresh.getByLabel('Open a work file…').setInputFiles({
      name: 'bad-work.json',
      mimeType: 'application/json',
      buffer: Buffer.from(file.replace('"savedAt":', '"savedOn":')),
    });
    await expect(fresh.getByRole('alert', { name: 'Errors' })).toContainText('not a whole workspace file');
    await expect.poll(async () => (await rows(fresh)).length).toBe(1);
    expect(other.consoleErrors).toEqual([]);
  } finally {
    await elsewhere.close();
  }
  expect(app.consoleErrors).toEqual([]);
});

test('records of another version are left alone, told of, and in nobody’s way', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await ask(page, app, 450, 300);
  const dialog = page.getByRole('dialog', { name: 'Kept work' });
  const openDialog = () => page.getByRole('button', { name: 'Work', exact: true }).click();
  await openDialog();
  await expect(dialog.getByRole('row')).toHaveCount(2);
  await page.evaluate(async () => {
    const opened = (name: string) =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const put = async (name: string, store: string, records: readonly object[]) => {
      const transaction = (await opened(name)).transaction(store, 'readwrite');
      for (const record of records) transaction.objectStore(store).put(record);
      await new Promise((resolve) => transaction.addEventListener('complete', resolve));
      transaction.db.close();
    };
    const work = {
      id: 'later',
      savedAt: Date.now(),
      slide: { name: 'later.svs', width: 9, height: 9 },
      regions: [],
      points: [],
    };
    await put('concentric-workspaces', 'workspaces', [{ id: 'no-slide', savedAt: 1 }, { id: 'nothing' }, work]);
    await put('concentric-runs', 'runs', [{ id: 'no-plan', savedAt: Date.now() }, { id: 'nothing' }]);
  });

  await app.open(start);
  await openDialog();
  await expect(dialog).toContainText('2 more works were kept by another version or are damaged');
  await expect(dialog.getByRole('row')).toHaveCount(3);
  // What only a closer look finds is said when it is opened, and stays.
  await dialog.getByRole('button', { name: 'Open the work on later.svs' }).click();
  await expect(page.getByRole('alert', { name: 'Errors' })).toContainText('kept by another version or is damaged');
  await openDialog();
  await expect(dialog.getByRole('row')).toHaveCount(3);
  await dialog.getByRole('button', { name: 'Open the work on phantom' }).click();
  await expect.poll(async () => (await rows(page)).length).toBe(1);
});
