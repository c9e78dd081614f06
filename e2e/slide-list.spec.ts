// The picker: pictures of slides, slides that come back, and the pictures beside a slide, hidden until asked for.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { hasData } from './fixtures/data.ts';
import { noiseLevels, noisePixel } from './fixtures/noise-slide.ts';
import { startTestServer } from './fixtures/servers.ts';
import { writeTiff } from './fixtures/tiff-writer.ts';

const file = writeTiff(
  noiseLevels(700, 500, [1, 2]).map(({ width, height }, level) => ({
    width,
    height,
    tile: { width: 256, height: 256 },
    compression: 'deflate' as const,
    pixel: (x: number, y: number) => noisePixel(level, x, y),
  })),
);

const openPicker = (page: Page) => page.getByRole('button', { name: 'Open slide…' }).click();

test('the list shows pictures; a link comes back at the next visit, and is forgotten when asked', async ({ page }) => {
  const server = await startTestServer({ files: new Map([['linked.tif', file]]) });
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/linked.tif`);
  const before = page.getByRole('list', { name: 'Opened before' });
  // Its picture is there once it was made and kept, which the first view does not wait for.
  await openPicker(page);
  await expect(before.locator('canvas')).toHaveCount(1);
  await app.open();
  await openPicker(page);
  const phantom = page.getByRole('list', { name: 'Slides' }).getByRole('button', { name: 'Phantom' });
  await expect
    .poll(() => phantom.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width))
    .toBeGreaterThan(50);
  await expect(before.getByRole('button', { name: 'linked.tif', exact: true })).toHaveCount(1);
  await expect(before.locator('canvas')).toHaveCount(1);
  await before.getByRole('button', { name: 'linked.tif', exact: true }).click();
  await expect.poll(() => page.evaluate(() => window.concentric.slide()?.width)).toBe(700);
  await openPicker(page);
  await before.getByRole('button', { name: 'Forget linked.tif' }).click();
  await expect(before).toHaveCount(0);
  await server.close();
});

test('a file comes back by its handle, and one that has gone says so', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  // A real file with a real handle, in the browser's own file system; only the picker is answered for the user.
  await page.evaluate(async (base64) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('mine.tif', { create: true });
    const writable = await handle.createWritable();
    await writable.write(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    await writable.close();
    Object.assign(window, { showOpenFilePicker: async () => [handle] });
  }, Buffer.from(file).toString('base64'));
  await openPicker(page);
  await page.getByText('Choose files…').click();
  const name = () => page.evaluate(() => window.concentric.slide()?.name);
  await expect.poll(name).toBe('mine.tif');
  const before = page
    .getByRole('list', { name: 'Opened before' })
    .getByRole('button', { name: 'mine.tif', exact: true });
  await openPicker(page);
  await expect(before).toBeVisible();
  await app.open();
  expect(await name()).not.toBe('mine.tif');
  await openPicker(page);
  await before.click();
  await expect.poll(name).toBe('mine.tif');
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('mine.tif'));
  await app.open();
  await openPicker(page);
  await before.click();
  await expect(page.getByText(/mine\.tif is no longer where it was/)).toBeVisible();
});

test('the properties say that a colour profile is not applied, where there is one', async ({ page }) => {
  test.skip(!hasData, 'the real slides are not here');
  const app = new AppPage(page);
  await app.open();
  const properties = page.getByRole('dialog', { name: 'Slide properties' });
  for (const [name, count] of [
    ['TCGA-CR-7395-01A-01-TS1.svs', 1],
    ['CMU-1-Small-Region.svs', 0],
  ] as const) {
    await app.openSlide(name);
    await page.getByRole('button', { name }).click();
    await expect(properties.getByText(/px/).first()).toBeVisible();
    await expect(properties.getByText(/colour profile \(ICC\) is not applied/)).toHaveCount(count);
    await page.keyboard.press('Escape');
  }
});

test('label and macro stay hidden until asked for, and go with the properties', async ({ page }) => {
  test.skip(!hasData, 'the real slides are not here');
  const app = new AppPage(page);
  await app.open();
  await app.openSlide('CMU-1-Small-Region.svs');
  const properties = page.getByRole('dialog', { name: 'Slide properties' });
  await page.getByRole('button', { name: 'CMU-1-Small-Region.svs' }).click();
  await expect(properties.getByText(/They may show a name/)).toBeVisible();
  await expect(properties.getByRole('img')).toHaveCount(0);
  await properties.getByRole('button', { name: 'Show label' }).click();
  const label = properties.getByRole('img', { name: 'label' });
  await expect(label).toBeVisible();
  // Not a blank: it has dark and light.
  const range = await label.evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const levels = [...data].filter((_, index) => index % 4 === 0).sort((a, b) => a - b);
    return (levels.at(-1) ?? 0) - (levels[0] ?? 0);
  });
  expect(range).toBeGreaterThan(100);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'CMU-1-Small-Region.svs' }).click();
  await expect(properties.getByRole('img')).toHaveCount(0);
  await properties.getByText('More from the file').click();
  await expect(properties.getByText('AppMag', { exact: false }).first()).toBeVisible();
});
