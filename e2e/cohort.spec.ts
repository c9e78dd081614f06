// Results from elsewhere: a results JSON over the open slide, and a cohort whose table is sorted, filtered and walked
// through by keyboard, and whose rows bring their results along.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { violations } from './fixtures/axe.ts';

const region = { x: 2048, y: 2048, width: 1024, height: 1024 };
const slides = 500;

test('results that were exported come back as layers, and those of another slide are refused', async ({ page }) => {
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

  const other = text.replace(/"mppX":[\d.]+/, '"mppX":0.31');
  await page.getByRole('button', { name: 'Open slide' }).click();
  await page.getByRole('dialog').getByLabel('Choose files…').setInputFiles(file(other));
  await expect(page.getByRole('alert')).toContainText('computed at 0.31 um/px');
});

test('five hundred slides: sorted, filtered, by keyboard, and one opened with its results', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.analyse({ region });
  const text = await app.exportText('json');
  const slide = await page.evaluate(() => window.concentric.slide()?.name ?? '');
  const { provenance, classNames } = JSON.parse(text);
  const rows = Array.from({ length: slides }, (_, k) => {
    const share = ((k * 37) % slides) / slides;
    const shares = { [classNames[0]]: share, [classNames[1]]: 1 - share };
    const name = k === 7 ? slide : `slide-${k}.svs`;
    const common = { id: `s${k}`, name, source: `/far/${name}` };
    if (k % 50 === 49)
      return { ...common, status: 'failed', failure: { code: 'damaged', message: 'It is cut short.' } };
    return {
      ...common,
      status: 'done',
      results: { json: `s${k}.results.json` },
      tissueMm2: 10 + k,
      areaMm2: shares,
      shares,
    };
  });
  const { id, version, sha256 } = provenance.model;
  const model = { id, title: 'Phantom', version, sha256 };
  const colours = ['#2e7d32', '#c62828', '#1565c0', '#f9a825', '#6a1b9a', '#00838f'];
  const cohort = { format: 'concentric-cohort', version: 1, model, classNames, classColors: colours, slides: rows };
  const json = (name: string, content: string) => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });

  await app.openSlide('phantom');
  await page.getByRole('button', { name: 'Open slide' }).click();
  await page
    .getByRole('dialog')
    .getByLabel('Choose files…')
    .setInputFiles([json('cohort.json', JSON.stringify(cohort)), json('s7.results.json', text)]);
  const table = page.getByRole('table', { name: 'Slides of the cohort' });
  await expect(table).toHaveAttribute('aria-rowcount', String(slides + 1));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${colorScheme}: the whole cohort`).toEqual([]);
  }
  expect(await table.getByRole('row').count()).toBeLessThan(100);
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
