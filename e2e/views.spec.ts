// The overview map, the loupe, and two views side by side that move together.

import { expect, type Locator, test } from '@playwright/test';
import { decode, encode } from 'fast-png';
import { AppPage } from './app-page.ts';
import { startTestServer } from './fixtures/servers.ts';

test('a press on the overview goes there, also on a turned slide', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const view = () => page.evaluate(() => window.concentric.view());
  for (const { rotation, flipped, x, y } of [
    { rotation: 0, flipped: false, x: 0.25, y: 0.75 },
    { rotation: 90, flipped: false, x: 0.75, y: 0.75 },
    { rotation: 90, flipped: true, x: 0.75, y: 0.25 },
  ]) {
    await app.setView({ x: 4096, y: 4096, magnification: 20, rotation, flipped });
    const box = await page.locator('.overview-map').boundingBox();
    if (box === null) throw new Error('There is no overview.');
    await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.75);
    // It glides there.
    await expect
      .poll(async () => {
        const there = await view();
        return Math.max(Math.abs(there.x - x * 8192), Math.abs(there.y - y * 8192));
      })
      .toBeLessThan(60);
  }
});

test('the overview shows the slide itself, and can be put away', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const map = page.locator('.overview-map');
  await expect
    .poll(async () => {
      const { data, channels } = decode(await map.screenshot());
      let pink = 0;
      for (let at = 0; at < data.length; at += channels) if ((data[at] ?? 0) - (data[at + 1] ?? 0) > 15) pink += 1;
      return pink / (data.length / channels);
    })
    .toBeGreaterThan(0.5);
  await page.getByRole('button', { name: 'Overview map' }).click();
  await expect(map).toHaveCount(0);
});

test('the loupe shows what is under the pointer, four times larger', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  // A ruler's corner: strong edges on white.
  await app.setView({ x: 3000, y: 3000, magnification: 5 });
  await page.getByRole('button', { name: 'Loupe' }).click();
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is not on the page.');
  await page.mouse.move(box.x + 300, box.y + 400);
  const loupe = page.locator('.loupe');
  await expect
    .poll(async () => {
      const place = await loupe.boundingBox();
      return place === null
        ? Number.NaN
        : Math.hypot(place.x + place.width / 2 - box.x - 300, place.y + place.height / 2 - box.y - 400);
    })
    .toBeLessThan(1.5);
  // The same place at 20x in the view itself, where the loupe showed it.
  const middleOf = async () => {
    const { width, height, data, channels } = decode(
      await page.screenshot({ clip: { x: box.x + 260, y: box.y + 360, width: 80, height: 80 } }),
    );
    return { width, height, data: [...data].filter((_, index) => index % channels < 3) };
  };
  await page.waitForFunction(() => document.querySelector('.loupe canvas') !== null);
  await app.settle();
  const shown = await middleOf();
  await page.getByRole('button', { name: 'Loupe' }).click();
  const at = { x: 3000 + (300 - box.width / 2) * 4, y: 3000 + (400 - box.height / 2) * 4 };
  await app.setView({ x: at.x - (300 - box.width / 2), y: at.y - (400 - box.height / 2), magnification: 20 });
  await app.settle();
  const expected = await middleOf();
  const difference = shown.data.reduce((sum, value, index) => sum + Math.abs(value - (expected.data[index] ?? 0)), 0);
  expect(difference / shown.data.length).toBeLessThan(6);
});

test('the slide beside itself without its layer: both show the same, whichever is moved', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 3000, y: 4096, magnification: 10, rotation: 90 });
  const view = () => page.evaluate(() => window.concentric.view());
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('button', { name: 'This slide without its layer' }).click();
  const second = page.getByRole('application', { name: 'Second view' });
  await expect(second).toBeVisible();
  await app.settle();
  await expect.poll(view).toMatchObject({ x: expect.closeTo(3000, 0), y: expect.closeTo(4096, 0), rotation: 90 });
  await page.addStyleTag({
    content:
      '.viewer-scale-bar, .viewer-marks, .view-controls, .overview, .compare-bar, .position-readout { display: none !important }',
  });
  const sameOnBoth = async () => {
    await app.settle();
    const [one, other] = [decode(await app.slide.screenshot()), decode(await second.screenshot())];
    const width = Math.min(one.width, other.width);
    let wrong = 0;
    for (let y = 20; y < one.height - 20; y += 9) {
      for (let x = 20; x < width - 20; x += 9) {
        const [a, b] = [one, other].map(({ width, height, data, channels }) => {
          // Counted from the middle: the two may differ by a pixel in width.
          const column = Math.floor(width / 2) + x - Math.floor(one.width / 2);
          const row = Math.floor(height / 2) + y - Math.floor(one.height / 2);
          return data[(row * width + column) * channels] ?? 0;
        });
        if (Math.abs((a ?? 0) - (b ?? 0)) > 40) wrong += 1;
      }
    }
    return wrong / ((one.height / 9) * (width / 9));
  };
  await expect.poll(sameOnBoth, { timeout: 180_000 }).toBeLessThan(0.06);
  await second.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round((await view()).y)).toBe(4096 - 160);
  await page.keyboard.press('+');
  await expect.poll(async () => (await view()).magnification).toBeCloseTo(15, 4);
  await app.slide.focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(sameOnBoth, { timeout: 180_000 }).toBeLessThan(0.06);
});

test('the legend stays with its layer when a second view has the other half, and covers nothing', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 3000, y: 3000, magnification: 10 });
  await app.analyse({ region: { x: 2816, y: 2816, width: 384, height: 384 } });
  const legend = page.getByRole('region', { name: 'Legend' });
  await expect(legend).toBeVisible();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('button', { name: 'This slide without its layer' }).click();
  await expect(page.getByRole('application', { name: 'Second view' })).toBeVisible();
  const box = (found: Locator) => found.evaluate((element) => element.getBoundingClientRect().toJSON());
  for (const width of [1280, 1000, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await expect
      .poll(async () => (await box(legend)).right - (await box(app.slide)).right, { message: `${width} px` })
      .toBeLessThan(0);
    for (const other of [page.locator('.viewer-place .viewer-scale-bar'), page.locator('.position-readout')]) {
      await expect
        .poll(
          async () => {
            const [{ left, bottom, top }, below] = [await box(legend), await box(other)];
            return below.right <= left || below.top >= bottom || below.bottom <= top;
          },
          { message: `${width} px` },
        )
        .toBe(true);
    }
  }
});

test('another slide beside: linked in micrometres, unlinked it moves alone, closed with the slide or by itself', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 4096, y: 4096, magnification: 10 });
  const view = () => page.evaluate(() => window.concentric.view());
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByLabel('Compare').getByLabel('Slide link').fill('slides/phantom/phantom.dzi');
  await page.getByRole('button', { name: 'Open beside' }).click();
  const second = page.getByRole('application', { name: 'Second view' });
  await app.settle();
  await second.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round((await view()).x)).toBe(4096 + 160);
  await page.getByRole('button', { name: 'Linked' }).click();
  await second.focus();
  await page.keyboard.press('ArrowRight');
  await app.settle();
  expect(Math.round((await view()).x)).toBe(4096 + 160);
  await page.getByRole('button', { name: 'Linked' }).click();
  await second.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => Math.round((await view()).x)).toBe(4096);
  await page.getByRole('button', { name: 'Close second view' }).click();
  await expect(second).toHaveCount(0);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('button', { name: 'This slide without its layer' }).click();
  await expect(second).toBeVisible();
  await page.evaluate(() => window.concentric.closeSlide());
  await expect(second).toHaveCount(0);
  await expect.poll(async () => (await app.stats()).tileBytes).toBe(0);
  await expect.poll(async () => (await app.stats()).openBitmaps).toBe(0);
});

test('a whole slide stays whole when the window changes; a part of it keeps its magnification', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open();
  const view = () => page.evaluate(() => window.concentric.view());
  /** Of the whole phantom (8192 px of 0.5 um) in the view as it is. */
  const whole = async () => {
    const box = await app.slide.boundingBox();
    return (20 * Math.min(box?.width ?? 0, box?.height ?? 0)) / 8192;
  };
  for (const [width, height] of [
    [1000, 600],
    [1400, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(async () => (await view()).magnification / (await whole())).toBeCloseTo(1, 3);
  }
  await app.setView({ x: 3000, y: 3000, magnification: 10 });
  await page.setViewportSize({ width: 1100, height: 700 });
  await app.settle();
  await expect.poll(view).toMatchObject({ x: expect.closeTo(3000, 0), magnification: expect.closeTo(10, 3) });
});

test('a view that is asked for as the window changes is the one shown', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open();
  const view = await page.evaluate(async () => {
    // The slide's place gets smaller, as by a notice above it, and a view is asked for before that is drawn.
    document.querySelector('.app')?.setAttribute('style', 'height: 70dvh');
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
    await window.concentric.setView({ x: 3000, y: 3000, magnification: 10 });
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
    return window.concentric.view();
  });
  expect(view).toMatchObject({ x: expect.closeTo(3000, 0), magnification: expect.closeTo(10, 3) });
});

test('a small slide linked to a large one is drawn at its scale, though that makes it tiny', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const side = 700;
  const data = Uint8Array.from({ length: 3 * side * side }, (_, at) => (at % 3 === 1 ? 90 : 0));
  const description = { mpp: 0.5, levels: [{ width: side, height: side, url: 'small.png' }] };
  const files = new Map<string, Uint8Array>([
    ['small.json', new TextEncoder().encode(JSON.stringify(description))],
    ['small.png', encode({ width: side, height: side, data, channels: 3 })],
  ]);
  const server = await startTestServer({ files });
  const app = new AppPage(page);
  await app.open();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByLabel('Compare').getByLabel('Slide link').fill(`${server.url}/small.json`);
  await page.getByRole('button', { name: 'Open beside' }).click();
  const second = page.getByRole('application', { name: 'Second view' });
  await expect(second).toBeVisible();
  await page.addStyleTag({ content: '.compare-pane .viewer-scale-bar { display: none !important }' });
  /** CSS px of the middle row that are the small slide's green. */
  const widthPx = async () => {
    const { width, height, data, channels } = decode(await second.screenshot());
    const row = Array.from({ length: width }, (_, x) => (Math.floor(height / 2) * width + x) * channels);
    return row.filter((at) => (data[at + 1] ?? 0) - (data[at] ?? 0) > 45).length;
  };
  const expectedPx = async () => {
    const { magnification } = await page.evaluate(() => window.concentric.view());
    return (side * magnification * 0.5) / 10;
  };
  await expect.poll(async () => Math.abs((await widthPx()) - (await expectedPx()))).toBeLessThan(3);
  expect(await expectedPx()).toBeLessThan(100);
  // What the large one is moved to stays, also with the pointer on the small one.
  await second.hover();
  await page.keyboard.press('Escape');
  const before = await page.evaluate(() => window.concentric.view());
  await app.settle();
  expect(await page.evaluate(() => window.concentric.view())).toEqual(before);
  await server.close();
});
