// The models beside each other: what each needs of the slide that is open, its card as text with tables, and changing to it.

import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

test('models are compared with the slide that is open, and one is taken into use', async ({ page }) => {
  const app = new AppPage(page);
  // A scale at which the phantom has nothing as fine as its own model needs.
  await app.open();
  await app.openSlide('phantom', 0.65);
  await page.getByRole('button', { name: 'All models…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Models' });
  const entry = (title: string) =>
    dialog.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, level: 3 }) });
  await expect(entry('Phantom tissue')).toContainText('In use');
  await expect(entry('Phantom tissue').getByRole('row', { name: /^20×, 0\.5/ })).toContainText('Too fine');
  await expect(entry('Breast tumour sections').getByRole('row', { name: /^14\.5×, 0\.69/ })).toContainText(
    'Read from 0.65',
  );
  const card = entry('Colon glands').getByRole('region', { name: 'Model card' });
  await expect(card.getByRole('columnheader', { name: 'macro AUC' }).first()).toBeVisible();
  await expect(card.getByRole('rowheader', { name: 'Benign gland', exact: true }).first()).toBeVisible();
  await expect(dialog).not.toContainText(/[a-z]_gland/);
  await entry('Breast tumour sections')
    .getByRole('button', { name: /^Use Breast/ })
    .click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('her2st-breast');
  await page.getByText('About this model').click();
  await expect(page.getByText(/tensors of the model/)).toBeVisible({ timeout: 30_000 });
  expect(app.consoleErrors).toEqual([]);
});

test('a model of one’s own: its folder is picked, or its link given; it answers as itself, and a broken one says why', async ({
  page,
}, testInfo) => {
  const folder = testInfo.outputPath('own-phantom');
  cpSync('public/models/phantom', folder, { recursive: true });
  const app = new AppPage(page);
  await app.open('?x=3000&y=3000&mag=10&model=glas-colon');
  const at = { x: 3000, y: 3000 };
  const choice = page.getByRole('combobox', { name: 'Model', exact: true });
  await expect(choice).toHaveValue('glas-colon');
  await page.getByText('Use your own model').click();
  await page.getByLabel('Choose model folder…').setInputFiles(folder);
  await expect(page.getByText('phantom (drawn by a program; no real tissue), imitated H&E.')).toBeVisible();
  const fromFolder = await app.classify(at);
  await app.slide.click({ position: { x: 300, y: 300 } });
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toContainText('Smooth lamellar cords');

  // The same files by a link: the same numbers.
  await app.loadModel('glas-colon');
  await page.getByLabel('Model link').fill('models/phantom/');
  await page.getByRole('button', { name: 'Load model' }).click();
  await expect(choice).toHaveValue('phantom');
  expect((await app.classify(at)).probabilities).toEqual(fromFolder.probabilities);

  // A folder that lacks a file is refused in words, and the model before still answers.
  rmSync(join(folder, 'head'), { recursive: true });
  await page.getByLabel('Choose model folder…').setInputFiles(folder);
  await expect(page.getByRole('alert', { name: 'Errors' })).toContainText('head/');
  await expect(choice).toHaveValue('phantom');
  expect((await app.classify(at)).probabilities).toEqual(fromFolder.probabilities);
  expect(app.consoleErrors).toEqual([]);
});
