// The models beside each other: what each needs of the slide that is open, its card as text with tables, and changing to it.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

test('models are compared with the slide that is open, and one is taken into use', async ({ page }) => {
  test.setTimeout(120_000);
  page.setDefaultTimeout(20_000);
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
  await entry('Breast tumour sections')
    .getByRole('button', { name: /^Use Breast/ })
    .click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('her2st-breast');
  await page.getByText('About this model').click();
  await expect(page.getByText(/tensors of the model/)).toBeVisible({ timeout: 30_000 });
  expect(app.consoleErrors).toEqual([]);
});
