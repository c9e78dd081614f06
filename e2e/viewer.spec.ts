// What the screen shows of a slide, pixel by pixel: levels unchanged at 1:1, no seams between tiles at any zoom, a scale
// bar that is as long as it says, and keys that do what the help says.

import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import { AppPage } from './app-page.ts';
import { noiseLevels, noisePixel } from './fixtures/noise-slide.ts';
import { startTestServer } from './fixtures/servers.ts';
import { writeTiff } from './fixtures/tiff-writer.ts';

const WIDTH = 3001;
const HEIGHT = 2203;
const MPP = 0.5;
type Pixel = (level: number, x: number, y: number) => readonly [number, number, number];

/** Opens a lossless slide of these pixels, with levels at 1, 2 and 4 and tiles of 240 px. */
async function openMade(page: Page, pixel: Pixel): Promise<{ app: AppPage; close(): Promise<void> }> {
  const pages = noiseLevels(WIDTH, HEIGHT, [1, 2, 4]).map(({ width, height }, level) => ({
    width,
    height,
    tile: { width: 240, height: 240 },
    compression: 'deflate' as const,
    pixel: (x: number, y: number) => pixel(level, x, y),
  }));
  const server = await startTestServer({ files: new Map([['made.tif', writeTiff(pages)]]) });
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/made.tif`, MPP);
  // Only the slide: notices and controls would lie over its pixels.
  await page.addStyleTag({
    content: 'main > :not(:has([role=application])), .viewer-scale-bar { visibility: hidden }',
  });
  return { app, close: () => server.close() };
}

/** The slide's pixels on screen. */
async function screenOf(app: AppPage) {
  await app.settle();
  const { width, height, data, channels } = decode(await app.slide.screenshot());
  const rgbAt = (x: number, y: number) => [...data.slice((y * width + x) * channels, (y * width + x) * channels + 3)];
  return { width, height, rgbAt };
}

test('at 1:1 each level is on screen pixel for pixel, across the edges of its tiles', async ({ page }) => {
  const { app, close } = await openMade(page, noisePixel);
  for (const [level, magnification, x, y] of [
    [0, 20, 1500, 1100],
    [0, 20, 1713.37, 981.71],
    [1, 10, 1500, 1100],
    [2, 5, 1502.3, 1099.9],
  ] as const) {
    await app.setView({ x, y, magnification });
    const { width, height, rgbAt } = await screenOf(app);
    // Where the level's corner lies; tiles are put on the nearest whole pixel, either way from a half.
    const corner = { x: Math.round(width / 2 - x / 2 ** level), y: Math.round(height / 2 - y / 2 ** level) };
    const found = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => compare(corner.x + dx, corner.y + dy)));
    expect(
      found.map(({ wrong }) => wrong),
      `level ${level} at ${magnification}x`,
    ).toContain(0);
    expect(Math.min(...found.map(({ seen }) => seen))).toBeGreaterThan(10_000);

    function compare(cornerX: number, cornerY: number): { seen: number; wrong: number } {
      const count = { seen: 0, wrong: 0 };
      const right = Math.min(width, cornerX + Math.floor(WIDTH / 2 ** level));
      const bottom = Math.min(height, cornerY + Math.floor(HEIGHT / 2 ** level));
      for (let row = Math.max(0, cornerY); row < bottom; row += 3) {
        for (let column = Math.max(0, cornerX); column < right; column += 3) {
          const expected = noisePixel(level, column - cornerX, row - cornerY);
          count.seen += 1;
          if (rgbAt(column, row).some((value, channel) => value !== expected[channel])) count.wrong += 1;
        }
      }
      return count;
    }
  }
  await close();
});

test('no seam shows between tiles at fractional zooms', async ({ page }) => {
  const grey = [128, 128, 128] as const;
  const { app, close } = await openMade(page, () => grey);
  for (const magnification of [7.77, 13.3, 19.99, 33.3, 71.7]) {
    await app.setView({ x: 1500.37, y: 1100.81, magnification });
    const { width, height, rgbAt } = await screenOf(app);
    const others = new Set<string>();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const rgb = rgbAt(x, y);
        if (rgb.some((value) => value !== 128)) others.add(rgb.join());
      }
    }
    expect([...others], `at ${magnification}x`).toEqual([]);
  }
  await close();
});

test('the scale bar is as long as it says, to the pixel', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  for (const magnification of [2.5, 7.3, 20, 41]) {
    await app.setView({ x: 4096, y: 4096, magnification });
    const bar = page.getByRole('img', { name: /^Scale bar: \d/ });
    await expect
      .poll(async () => {
        const [, length, unit] = /: ([\d.]+) (µm|mm)/.exec((await bar.getAttribute('aria-label')) ?? '') ?? [];
        const microns = Number(length) * (unit === 'mm' ? 1000 : 1);
        const line = await bar.locator('.viewer-scale-bar-line').boundingBox();
        return Math.abs((line?.width ?? Number.NaN) - (microns * magnification) / 10);
      })
      .toBeLessThan(1);
  }
});

test('arrows move, plus and minus zoom, 0 shows the whole slide, and no letter turns it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open();
  const start = { x: 4096, y: 4096, magnification: 10 };
  await app.setView(start);
  await app.slide.focus();
  const view = () => page.evaluate(() => window.concentric.view());
  for (const letter of ['r', 'f', 'w', 'a', 's', 'd', 'j', 'k']) await page.keyboard.press(letter);
  expect(await view()).toEqual(start);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await view()).x).toBeCloseTo(4096 + 160, 6);
  // What a screen reader is told, once the view rests.
  const told = page.getByRole('status', { name: 'View status' });
  await expect(told).toContainText('10×');
  await page.keyboard.press('+');
  await expect.poll(async () => (await view()).magnification).toBeCloseTo(15, 6);
  await expect(told).toContainText('15×');
  await page.keyboard.press('-');
  await expect.poll(async () => (await view()).magnification).toBeCloseTo(10, 6);
  await page.keyboard.press('0');
  await expect.poll(async () => (await view()).magnification).toBeLessThan(2.5);
});

test('the view glides, and jumps for who asks for less motion; so do the bars of what waits', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  /** Whether one step in or out was shown half way, over the frames until the view has its new magnification. */
  const glides = async (from: number, to: number, key: '+' | '-') => {
    await app.slide.focus();
    await page.evaluate(() => {
      const seen: number[] = [];
      Object.assign(window, { seen });
      const look = () => {
        seen.push(window.concentric.view().magnification);
        requestAnimationFrame(look);
      };
      look();
    });
    await page.keyboard.press(key);
    await expect.poll(() => page.evaluate(() => window.concentric.view().magnification)).toBeCloseTo(to, 6);
    const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
    return seen.some((magnification) => Math.abs(magnification - from) > 0.01 && Math.abs(magnification - to) > 0.01);
  };
  const inAndOut = async () => (await glides(10, 15, '+')) || (await glides(15, 10, '-'));
  const waitingBar = () =>
    page.evaluate(() => {
      const bar = document.body.appendChild(document.createElement('progress'));
      const { animationName } = getComputedStyle(bar);
      bar.remove();
      return animationName;
    });
  for (const [reducedMotion, moves] of [
    ['no-preference', true],
    ['reduce', false],
    // Also for who changes the wish while the page is open.
    ['no-preference', true],
  ] as const) {
    await page.emulateMedia({ reducedMotion });
    // A browser that draws less than two pictures in a glide has another go.
    const isSeen = async () => {
      await app.setView({ x: 4096, y: 4096, magnification: 10 });
      await expect.poll(() => page.evaluate(() => window.concentric.view().magnification)).toBeCloseTo(10, 6);
      return inAndOut();
    };
    if (moves) await expect.poll(isSeen).toBe(true);
    else expect(await isSeen()).toBe(false);
    expect(await waitingBar()).toBe(moves ? 'sweep' : 'none');
  }
});
