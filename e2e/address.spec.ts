// The address follows the view, opening it restores the view, and what is bad in it is told and ignored.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

test('the address follows the view and brings it back', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 2500, y: 3100, magnification: 8 });
  await app.setLayer('entropy');
  await expect(page).toHaveURL(/x=2500.*y=3100.*mag=8.*layer=entropy/);
  const url = new URL(page.url());
  await app.open(url.search);
  await expect
    .poll(() => page.evaluate(() => window.concentric.view()))
    .toMatchObject({ x: expect.closeTo(2500, 0), y: expect.closeTo(3100, 0), magnification: expect.closeTo(8, 1) });
});

test('bad values are told in words and ignored', async ({ page }) => {
  const app = new AppPage(page);
  await app.open('?x=abc&y=2&layer=nonsense&colour=red');
  await expect(page.getByText(/x must be a number/)).toBeVisible();
  await expect(page.getByText(/unknown part "colour"/)).toBeVisible();
  await expect(page.getByText(/"nonsense" is not a layer/)).toBeVisible();
  expect(await page.evaluate(() => window.concentric.slide()?.id)).toBe('phantom');
});
