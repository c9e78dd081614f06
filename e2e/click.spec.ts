// Click to classify: by mouse, by keyboard and by touch, through the visible interface.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

const start = '?x=3000&y=3000&mag=10';

test('a click shows class, certainty, crops and similarity', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.click({ position: { x: 400, y: 300 } });
  const panel = page.getByRole('complementary', { name: 'Point' });
  await expect(panel.getByRole('img', { name: /crop/i })).toHaveCount(3);
  await expect(panel.getByRole('meter').first()).toBeVisible();
  await expect(panel.getByText(/similarity/i).first()).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});

test('Enter classifies what is under the crosshair', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Point' });
  await expect(panel.getByRole('img', { name: /crop/i })).toHaveCount(3);
  await expect(panel).toContainText(/3[\s,.]?000/);
});

test.describe('touch', () => {
  test.use({ hasTouch: true });
  test('a tap classifies', async ({ page }) => {
    const app = new AppPage(page);
    await app.open(start);
    await app.slide.tap({ position: { x: 400, y: 300 } });
    const panel = page.getByRole('complementary', { name: 'Point' });
    await expect(panel.getByRole('img', { name: /crop/i })).toHaveCount(3);
  });
});
