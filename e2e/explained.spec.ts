// What explains itself: the tour shows all it speaks of, the answer stands beside what it is worth, and magnifications are
// what they say.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

test('the tour shows each of its five steps on the phantom, and is offered once', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await page.getByRole('button', { name: 'Take the tour' }).click();
  const step = (number: number) => page.getByRole('region', { name: `Tour, step ${number} of 5` });
  const showAndGoOn = async (number: number, shown: () => Promise<void>) => {
    await step(number).getByRole('button', { name: 'Show me' }).click();
    await shown();
    if (number < 5) await step(number).getByRole('button', { name: 'Next' }).click();
  };
  const magnification = () => page.evaluate(() => window.concentric.view().magnification);
  await showAndGoOn(1, () => expect.poll(magnification).toBeCloseTo(20, 6));
  await showAndGoOn(2, () => expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible());
  await showAndGoOn(3, () => expect(page.getByRole('region', { name: 'What the model was given' })).toBeVisible());
  await showAndGoOn(4, () => expect(page.getByText(/^Complete:/)).toBeVisible({ timeout: 60_000 }));
  await showAndGoOn(5, () => expect(page.getByRole('table', { name: 'Kept work' })).toContainText('analysis by'));
  await page.keyboard.press('Escape');
  await step(5).getByRole('button', { name: 'End tour' }).last().click();
  await expect(step(5)).toBeHidden();
  await app.open();
  await expect(page.getByRole('button', { name: 'Privacy' })).toBeVisible();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Take the tour' })).toBeHidden();
  expect(app.consoleErrors).toEqual([]);
});

test.describe('touch', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 820, height: 1180 } });
  test('the tour tells fingers what fingers do', async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    await page.getByRole('button', { name: 'Take the tour' }).tap();
    const tour = page.getByRole('region', { name: /^Tour, step/ });
    await expect(tour).toContainText('pinch to zoom');
    await expect(tour).not.toContainText('scroll');
    await tour.getByRole('button', { name: 'Next' }).tap();
    await expect(tour).toContainText('Tap any spot.');
  });
});

test('how it works shows fields on a first visit, as the phantom’s own, and without any slide', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const dialog = page.getByRole('dialog', { name: 'How it works' });
  const strip = dialog.getByRole('region', { name: 'The fields of one spot of the phantom' });
  const openIt = async () => {
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('button', { name: 'How it works' }).click();
  };
  await openIt();
  await expect(strip.getByRole('img', { name: /^Field at/ })).toHaveCount(3);
  const pixelsOf = () =>
    strip.locator('canvas').evaluateAll((canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const data = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data;
        return [...(data ?? [])];
      }),
    );
  const shown = await pixelsOf();
  const own = await page.evaluate(async () =>
    (await window.concentric.readCrops({ x: 3200, y: 3200 })).map(({ data }) => [...data]),
  );
  expect(shown.map((field, k) => field.every((value, at) => value === own[k]?.[at]))).toEqual([true, true, true]);
  await page.keyboard.press('Escape');
  // Nothing was asked.
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeHidden();

  await app.open('?slide=missing.tif');
  expect(await page.evaluate(() => window.concentric.slide())).toBeNull();
  await openIt();
  await expect(strip.getByRole('img', { name: /^Field at/ })).toHaveCount(3);
});

test('how it works is shown with the fields of a spot, also of none clicked yet, and says each thing once', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.open('?x=3000&y=3000&mag=10');
  await page.getByRole('button', { name: 'Help', exact: true }).click();
  await page.getByRole('button', { name: 'How it works' }).click();
  const dialog = page.getByRole('dialog', { name: 'How it works' });
  await dialog.getByRole('button', { name: 'Show the fields at the centre of the view' }).click();
  await expect(dialog.getByRole('region', { name: 'The fields of the last spot asked about' })).toBeVisible();
  await expect(dialog.getByRole('img', { name: /^Field at/ })).toHaveCount(3);
  const headings = await dialog.getByRole('heading').allTextContents();
  expect(headings).toEqual([...new Set(headings)]);
  expect(app.consoleErrors).toEqual([]);
});

test('beside an answer stands what it means, and the model’s tissue, stain and licence', async ({ page }) => {
  const app = new AppPage(page);
  await app.open('?x=3000&y=3000&mag=10');
  await app.slide.click({ position: { x: 400, y: 300 } });
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(panel).toContainText('of answers given with 80%, about 80 of 100 are right');
  const { x_tissue, x_stain, x_license } = await page.evaluate(async () =>
    (await fetch('models/phantom/manifest.json')).json(),
  );
  for (const text of [x_tissue, x_stain, x_license]) await expect(panel).toContainText(text);
});

test('each magnification is exactly its micrometres a pixel; closer than the scan is called digital', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open('?x=3000&y=3000&mag=10');
  // The phantom has 0.5 um/px: 20x is its own pixels.
  for (const [name, magnification, isDigital] of [
    ['1×', 1, false],
    ['2.5×', 2.5, false],
    ['5×', 5, false],
    ['10×', 10, false],
    ['20×', 20, false],
    ['40×', 40, true],
  ] as const) {
    const button = page.getByRole('group', { name: 'Magnification' }).getByRole('button', { name, exact: true });
    await button.click();
    await expect.poll(() => page.evaluate(() => window.concentric.view().magnification)).toBeCloseTo(magnification, 6);
    const said = page.getByText('digital zoom', { exact: true });
    if (isDigital) await expect(said).toBeVisible();
    else await expect(said).toBeHidden();
  }
});
