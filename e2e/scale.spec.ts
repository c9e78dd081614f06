// True scale: set by number, by objective or by a line of known length, kept for the slide at the next visit, said in
// exports; and what is measured with it.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { noiseLevels, noisePixel } from './fixtures/noise-slide.ts';
import { startTestServer, type TestServer } from './fixtures/servers.ts';
import { writeTiff } from './fixtures/tiff-writer.ts';

const WIDTH = 1000;
const HEIGHT = 800;

function serveUnscaled(): Promise<TestServer> {
  const pages = noiseLevels(WIDTH, HEIGHT, [1, 2]).map(({ width, height }, level) => ({
    width,
    height,
    tile: { width: 256, height: 256 },
    compression: 'deflate' as const,
    pixel: (x: number, y: number) => noisePixel(level, x, y),
  }));
  return startTestServer({ files: new Map([['made.tif', writeTiff(pages)]]) });
}

const slide = (page: Page) => page.evaluate(() => window.concentric.slide());

test('a scale is typed for both axes, kept for the next visit, and given back', async ({ page }) => {
  const server = await serveUnscaled();
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/made.tif`);
  expect(await slide(page)).toMatchObject({ mpp: null, mppSource: null });
  await page.getByRole('button', { name: 'Set scale…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Scale of this slide' });
  await dialog.getByLabel('Micrometres per pixel', { exact: true }).fill('nonsense');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog.getByRole('alert')).toContainText('above 0 and below 1000');
  await dialog.getByLabel('Micrometres per pixel', { exact: true }).fill('0,5');
  await dialog.getByLabel('Pixels are not square').check();
  await dialog.getByLabel('Micrometres per pixel, down').fill('0.25');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(() => slide(page)).toMatchObject({ mppX: 0.5, mppY: 0.25, mpp: 0.375, mppSource: 'user' });

  await app.open();
  expect(await app.openSlide(`${server.url}/made.tif`)).toMatchObject({ mppX: 0.5, mppY: 0.25, mppSource: 'user' });
  // A scripted scale holds for this opening, before the kept one.
  expect(await app.openSlide(`${server.url}/made.tif`, 1)).toMatchObject({ mppX: 1, mppY: 1 });
  expect(await app.openSlide(`${server.url}/made.tif`)).toMatchObject({ mppX: 0.5, mppY: 0.25 });

  await page.getByRole('button', { name: 'made.tif' }).click();
  await expect(page.getByText('0.5 × 0.25 µm/px, set by you')).toBeVisible();
  await page.getByRole('button', { name: 'Change scale…' }).click();
  await dialog.getByRole('button', { name: 'Use the slide’s own' }).click();
  await expect.poll(() => slide(page)).toMatchObject({ mpp: null, mppSource: null });
  await server.close();
});

test('the objective is taken only with its consequence in words', async ({ page }) => {
  const server = await serveUnscaled();
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/made.tif`);
  await page.getByRole('button', { name: 'Set scale…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Scale of this slide' });
  await dialog.getByLabel('I know the objective only').check();
  await expect(dialog.getByText(/An objective is not a scale/)).toBeVisible();
  await dialog.getByLabel('Objective', { exact: true }).selectOption({ label: '40×: 0.25 µm/px' });
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => slide(page)).toMatchObject({ mpp: 0.25, mppSource: 'user' });
  await server.close();
});

test('a line of known length tells the scale, on a turned slide too', async ({ page }) => {
  const server = await serveUnscaled();
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/made.tif`);
  // One screen px a slide px, turned and mirrored.
  await app.setView({ x: WIDTH / 2, y: HEIGHT / 2, magnification: 1, rotation: 90, flipped: true });
  await page.getByRole('button', { name: 'Set scale…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Scale of this slide' });
  await dialog.getByLabel('I know a length on the slide').check();
  await dialog.getByRole('button', { name: 'Draw the line on the slide' }).click();
  await clickFromCentre(app, -100, -150);
  await clickFromCentre(app, 200, 250);
  await expect(dialog.getByText('500 px long')).toBeVisible();
  await dialog.getByLabel('Length of the line').fill('0.125');
  await expect(dialog.getByText('500 px: 0.25 µm/px')).toBeVisible();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => (await slide(page))?.mpp).toBeCloseTo(0.25, 3);
  await server.close();
});

test('exports say who set the scale, and results of another scale go', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.loadModel('phantom', 'wasm');
  await page.getByRole('button', { name: 'phantom.dzi' }).click();
  await expect(page.getByText('0.5 µm/px, from the file')).toBeVisible();
  await page.getByRole('button', { name: 'Change scale…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Scale of this slide' });
  await dialog.getByLabel('Micrometres per pixel', { exact: true }).fill('0.48');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => slide(page)).toMatchObject({ mpp: 0.48, mppSource: 'user' });
  await app.analyse({ region: { x: 2048, y: 2048, width: 300, height: 300 }, step: 'full' });
  const exported = JSON.parse(await app.exportText('json')) as { provenance: { slide: unknown } };
  expect(exported.provenance.slide).toMatchObject({ mppX: 0.48, mppY: 0.48, mppSource: 'user' });
  await page.getByRole('button', { name: 'phantom.dzi' }).click();
  await page.getByRole('button', { name: 'Change scale…' }).click();
  await expect(dialog.getByText(/They are removed/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use the slide’s own' }).click();
  await expect.poll(() => page.evaluate(() => window.concentric.results())).toBeNull();
  expect(await slide(page)).toMatchObject({ mpp: 0.5, mppSource: 'metadata' });
});

test('distances and areas are right, by mouse and by keyboard, and can be removed', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 4096, y: 4096, magnification: 20 });
  await page.getByRole('button', { name: 'Measure' }).click();
  await page.getByRole('button', { name: 'Distance', exact: true }).click();
  await clickFromCentre(app, 0, 0);
  await clickFromCentre(app, 300, 0);
  // At 20x a screen px is 0.5 um.
  await expect(page.getByRole('status', { name: 'Measuring status' })).toHaveText('Distance: 150 µm');
  await page.getByRole('button', { name: 'Measure' }).click();
  await page.getByRole('button', { name: 'Area', exact: true }).click();
  await app.slide.focus();
  // A square of 160 px with the arrow keys: 80 um.
  for (const key of ['', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
    for (const press of key === '' ? [] : [key, key]) await page.keyboard.press(press);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status', { name: 'Measuring status' })).toHaveText('Area: 6400 µm²');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  // No tool, and a click classifies again.
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByText('320 µm around')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Distance 1' }).click();
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1 + 1);
  await page.getByRole('button', { name: 'Remove all' }).click();
  await expect(page.getByText('Nothing measured yet.')).toBeVisible();
});

test('the position under the pointer is told in micrometres', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 4000, y: 3000, magnification: 10 });
  await expect(page.getByText('x 2,000 µm, y 1,500 µm')).toBeVisible();
  await moveFromCentre(app, 100, -200);
  await expect(page.getByText(/Pointer x 2,100 µm, y 1,300 µm/)).toBeVisible();
  await page.mouse.move(1279, 2);
  await expect(page.getByText(/Centre x 2,000 µm/)).toBeVisible();
});

async function moveFromCentre(app: AppPage, x: number, y: number): Promise<void> {
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is not on the page.');
  await app.page.mouse.move(box.x + box.width / 2 + x, box.y + box.height / 2 + y);
}

async function clickFromCentre(app: AppPage, x: number, y: number): Promise<void> {
  await moveFromCentre(app, x, y);
  await app.page.mouse.down();
  await app.page.mouse.up();
}
