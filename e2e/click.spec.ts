// Click to classify: by mouse, by keyboard and by touch, through the visible interface.

import { expect, type Locator, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

const start = '?x=3000&y=3000&mag=10';

test('a click shows class, certainty, crops and similarity', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.click({ position: { x: 400, y: 300 } });
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(cropsIn(panel)).toHaveCount(3);
  await expect(panel.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  await expect(panel.getByRole('region', { name: 'Similarity across magnifications' })).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});

test('who points sees no frame of the focus; who then takes the keyboard does', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  const isFramed = () =>
    app.slide.evaluate(
      (slide) =>
        getComputedStyle(slide, '::after').content !== 'none' || getComputedStyle(slide).outlineStyle !== 'none',
    );
  await app.slide.click({ position: { x: 400, y: 300 } });
  await expect(app.slide).toBeFocused();
  expect(await isFramed()).toBe(false);
  await page.keyboard.press('ArrowRight');
  await expect.poll(isFramed).toBe(true);
});

test('Enter classifies what is under the crosshair', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(cropsIn(panel)).toHaveCount(3);
  await expect(panel).toContainText(/1\.50? mm across, 1\.50? mm down/);
});

test.describe('touch', () => {
  test.use({ hasTouch: true });
  test('a tap classifies', async ({ page }) => {
    const app = new AppPage(page);
    await app.open(start);
    await app.slide.tap({ position: { x: 400, y: 300 } });
    await expect(cropsIn(page.getByRole('region', { name: 'Point', exact: true }))).toHaveCount(3);
  });
});

function cropsIn(panel: Locator): Locator {
  return panel.getByRole('region', { name: 'What the model was given' }).getByRole('img');
}
