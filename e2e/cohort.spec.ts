// Results from elsewhere: a results JSON over the open slide, and a cohort whose table is sorted, filtered and walked
// through by keyboard, and whose rows bring their results along.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { violations } from './fixtures/axe.ts';
import { cohortFiles } from './fixtures/cohort.ts';
import { labelledSvs } from './fixtures/label-slides.ts';
import { npmStart } from './fixtures/npm-start.ts';

const region = { x: 2048, y: 2048, width: 1024, height: 1024 };
const slides = 500;

test('results that were exported come back as layers', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const before = await app.analyse({ region });
  const text = await app.exportText('json');
  await app.openSlide('phantom');
  expect(await page.evaluate(() => window.concentric.results())).toBeNull();

  await page.getByRole('button', { name: 'Open slide' }).click();
  const file = (content: string) => ({
    name: 'p.results.json',
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });
  await page.getByRole('dialog').getByLabel('Choose files…').setInputFiles(file(text));
  await expect.poll(() => page.evaluate(() => window.concentric.results()?.columns)).toBe(before.columns);
  expect(await app.exportText('json')).toBe(text);
});

test('results of another size or scale are refused in words when they are dropped', async ({ page }, info) => {
  const app = new AppPage(page);
  await app.open();
  const before = await app.analyse({ region });
  const text = await app.exportText('json');
  const dropped = async (content: string) => {
    const path = info.outputPath('p.results.json');
    writeFileSync(path, content);
    await app.drop([path]);
    await expect(page.getByRole('alert')).toHaveCount(1);
    const said = await page.getByRole('alert').innerText();
    await page.getByRole('alert').getByRole('button').click();
    await expect(page.getByRole('alert')).toHaveCount(0);
    return said;
  };
  expect(await dropped(text.replace(/"mppX":[\d.]+/, '"mppX":0.31'))).toContain(
    'computed at 0.31 um/px; the slide that is open is set to 0.5 um/px',
  );
  expect(await dropped(text.replace(/"width":8192,"height":8192,"mppX"/, '"width":4096,"height":4000,"mppX"'))).toMatch(
    /4096 x 4000 px; the slide that is open has 8192 x 8192 px/,
  );
  // What was there stays.
  expect(await page.evaluate(() => window.concentric.results()?.columns)).toBe(before.columns);
  expect(await app.exportText('json')).toBe(text);
});

test('`SLIDES=<folder> npm start` finds results that lie beside the slides', async ({ page }, info) => {
  const folder = info.outputPath('slides');
  mkdirSync(folder);
  for (const { bytes } of labelledSvs().files) writeFileSync(join(folder, 'mine.svs'), bytes);
  const server = await npmStart(folder);
  try {
    const app = new AppPage(page);
    await app.open('', server.url);
    await app.openSlide('slides/local/mine.svs');
    await app.analyse();
    const text = await app.exportText('json');
    for (const { name, buffer } of await cohortFiles(app, 8, text)) writeFileSync(join(folder, name), buffer);

    await app.open('', server.url);
    await page.getByRole('button', { name: 'Open slide' }).click();
    const found = page.getByRole('dialog').getByRole('list', { name: 'Results of many slides' });
    await found.getByRole('button', { name: 'Cohort: Results beside the slides' }).click();
    const table = page.getByRole('table', { name: 'Slides of the cohort' });
    await expect(table).toHaveAttribute('aria-rowcount', '9');
    await table.getByRole('button', { name: 'mine.svs', exact: true }).click();
    await expect.poll(() => page.evaluate(() => window.concentric.results()?.state)).toBe('complete');
    expect(await page.evaluate(() => window.concentric.slide()?.name)).toBe('mine.svs');
    expect(await app.exportText('json')).toBe(text);
    expect(app.consoleErrors).toEqual([]);
  } finally {
    await server.close();
  }
});

test('five hundred slides: sorted, filtered, by keyboard, and one opened with its results', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.analyse({ region });
  const text = await app.exportText('json');
  const slide = await page.evaluate(() => window.concentric.slide()?.name ?? '');
  const files = await cohortFiles(app, slides, text);
  await app.openSlide('phantom');
  await page.getByRole('button', { name: 'Open slide' }).click();
  await page.getByRole('dialog').getByLabel('Choose files…').setInputFiles(files);
  const table = page.getByRole('table', { name: 'Slides of the cohort' });
  await expect(table).toHaveAttribute('aria-rowcount', String(slides + 1));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${colorScheme}: the whole cohort`).toEqual([]);
  }
  expect(await table.getByRole('row').count()).toBeLessThan(100);
  // Two classes have shares. What no slide has a number of, and pictures that none has, take no column.
  await expect(table.getByRole('columnheader')).toHaveText([
    /Slide/,
    /Status/,
    /Tissue/,
    /lamellar cords/,
    /lamellar cords/,
  ]);
  await expect(page.getByText(/Not told of any slide: .*Unread, Uncertain, Unfamiliar\./)).toBeVisible();
  const firstName = () => table.getByRole('rowheader').first();
  await table.getByRole('button', { name: 'Tissue' }).click();
  await expect(firstName()).toHaveText('slide-498.svs');
  await table.getByRole('button', { name: 'Tissue' }).click();
  await expect(firstName()).toHaveText('slide-0.svs');

  await table.getByRole('button', { name: 'slide-0.svs', exact: true }).focus();
  for (let k = 0; k < 60; k++) await page.keyboard.press('ArrowDown');
  await expect(table.getByRole('button', { name: 'slide-61.svs', exact: true })).toBeFocused();

  await page.getByRole('combobox', { name: 'Status' }).selectOption('failed');
  await expect(table).toHaveAttribute('aria-rowcount', String(slides / 50 + 1));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${colorScheme}: slides that failed`).toEqual([]);
  }
  await page.getByRole('combobox', { name: 'Status' }).selectOption('');
  await page.getByLabel('Find a slide').fill(slide);
  await table.getByRole('button', { name: slide }).press('Enter');
  await expect(table).toBeHidden();
  await expect.poll(() => page.evaluate(() => window.concentric.results()?.state)).toBe('complete');
  expect(await app.exportText('json')).toBe(text);
  await page.getByRole('button', { name: 'Cohort…' }).click();
  await expect(table).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});
