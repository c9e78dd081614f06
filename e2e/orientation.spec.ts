// The slide turned and mirrored: its pixels, the clicks on it, the layer over it, the address of the view and the picture
// that is exported lie where the tissue is, at right angles pixel for pixel.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import type { Point } from '../src/pyramid/geometry.ts';
import { AppPage } from './app-page.ts';
import { noiseLevels, noisePixel } from './fixtures/noise-slide.ts';
import { startTestServer } from './fixtures/servers.ts';
import { writeTiff } from './fixtures/tiff-writer.ts';

const WIDTH = 1201;
const HEIGHT = 903;
const MPP = 0.5;
/** Of the phantom. */
const REGION = { x: 2048, y: 2048, width: 512, height: 512 };

interface Turn {
  readonly rotation: number;
  readonly flipped: boolean;
}

const rightAngles: readonly Turn[] = [0, 90, 180, 270].flatMap((rotation) => [
  { rotation, flipped: false },
  { rotation, flipped: true },
]);

const someTurns: readonly Turn[] = [
  { rotation: 90, flipped: false },
  { rotation: 270, flipped: true },
  { rotation: 33, flipped: false },
  { rotation: 200.5, flipped: true },
];

/** Where a step on the slide goes on screen: first turned clockwise, then mirrored. Written apart from the viewer's own. */
function turned({ x, y }: Point, { rotation, flipped }: Turn): Point {
  const radians = (rotation * Math.PI) / 180;
  const across = x * Math.cos(radians) - y * Math.sin(radians);
  return { x: flipped ? -across : across, y: x * Math.sin(radians) + y * Math.cos(radians) };
}

async function hideWhatLiesOver(page: Page): Promise<void> {
  await page.addStyleTag({
    content: 'main > :not(:has([role=application])), .viewer-scale-bar { visibility: hidden }',
  });
}

async function screenOf(app: AppPage) {
  await app.settle();
  return rasterOf(await app.slide.screenshot());
}

function rasterOf(png: Uint8Array) {
  const { width, height, data, channels } = decode(png);
  const rgbAt = (x: number, y: number) => [...data.slice((y * width + x) * channels, (y * width + x) * channels + 3)];
  return { width, height, rgbAt };
}

test('at right angles and mirrored, the slide is on screen pixel for pixel', async ({ page }) => {
  const pages = noiseLevels(WIDTH, HEIGHT, [1, 2]).map(({ width, height }, level) => ({
    width,
    height,
    tile: { width: 240, height: 240 },
    compression: 'deflate' as const,
    pixel: (x: number, y: number) => noisePixel(level, x, y),
  }));
  const server = await startTestServer({ files: new Map([['made.tif', writeTiff(pages)]]) });
  const app = new AppPage(page);
  await app.open();
  await app.openSlide(`${server.url}/made.tif`, MPP);
  await hideWhatLiesOver(page);
  const centre = { x: 612, y: 457 };
  for (const turn of rightAngles) {
    await app.setView({ ...centre, magnification: 20, ...turn });
    const { width, height, rgbAt } = await screenOf(app);
    const wrongAt = (dx: number, dy: number) => {
      let wrong = 0;
      for (let y = -200; y < 200; y += 7) {
        for (let x = -200; x < 200; x += 7) {
          // The middle of a pixel of the slide, from the view's centre.
          const at = turned({ x: x + 0.5, y: y + 0.5 }, turn);
          const expected = noisePixel(0, centre.x + x, centre.y + y);
          const found = rgbAt(Math.floor(width / 2 + at.x + dx), Math.floor(height / 2 + at.y + dy));
          if (found.some((value, channel) => value !== expected[channel])) wrong += 1;
        }
      }
      return wrong;
    };
    // An odd element has its middle in a pixel: half a pixel either way.
    const found = [-0.5, 0, 0.5].flatMap((dx) => [-0.5, 0, 0.5].map((dy) => wrongAt(dx, dy)));
    expect(found, JSON.stringify(turn)).toContain(0);
  }
  await server.close();
});

test('a click hits what is under it, and the frames and the layer lie there, at any angle', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open('?opacity=1');
  await app.loadModel('phantom', 'wasm');
  const result = await app.analyse({ region: REGION });
  const colours = (
    JSON.parse(readFileSync('public/models/phantom/manifest.json', 'utf8')) as { x_class_colors: string[] }
  ).x_class_colors;
  await hideWhatLiesOver(page);
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is not on the page.');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const centre = { x: REGION.x + REGION.width / 2, y: REGION.y + REGION.height / 2 };
  for (const turn of someTurns) {
    await app.setLayer('none');
    await app.setView({ ...centre, magnification: 20, ...turn });
    // A click.
    const wanted = { x: centre.x + 120, y: centre.y - 70 };
    const at = turned({ x: 120, y: -70 }, turn);
    await page.mouse.click(middle.x + at.x, middle.y + at.y);
    const marker = page.locator('.viewer-marks .marker');
    const answered = () =>
      marker.evaluate((element) => {
        const [, x, y] = /translate\(([-\d.e]+) ([-\d.e]+)\)/.exec(element.getAttribute('transform') ?? '') ?? [];
        return { x: Number(x), y: Number(y) };
      });
    await expect
      .poll(async () => {
        const { x, y } = await answered();
        return Math.hypot(x - box.width / 2 - at.x, y - box.height / 2 - at.y);
      })
      .toBeLessThan(1.5);
    await expect(page.getByText(`${Math.round((wanted.x * MPP) / 10) / 100} mm across`)).toBeVisible();
    // A frame's middle is the point.
    const frames = page.locator('.viewer-marks .frame.fine polygon.light');
    await expect(frames).toHaveCount(1);
    const offMiddle = async () => {
      const points = (await frames.getAttribute('points')) ?? '';
      const corners = points.split(' ').map((pair) => pair.split(',').map(Number));
      const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / 4;
      return Math.max(Math.abs(mean(0) - box.width / 2 - at.x), Math.abs(mean(1) - box.height / 2 - at.y));
    };
    await expect.poll(offMiddle, { message: `frame at ${JSON.stringify(turn)}` }).toBeLessThan(1.5);
    // The layer.
    await page.evaluate(() => window.concentric.setLayer('classes'));
    const { rgbAt } = await screenOf(app);
    const classes = result.classNames.length;
    for (let index = 0; index < result.status.length; index += 3) {
      if (result.status[index] !== 1) continue;
      const values = result.probabilities.slice(index * classes, (index + 1) * classes);
      const colour = colours[values.indexOf(Math.max(...values))] ?? '';
      const cell = {
        x: result.region.x + ((index % result.columns) + 0.3) * result.cellSize,
        y: result.region.y + (Math.floor(index / result.columns) + 0.3) * result.cellSize,
      };
      const place = turned({ x: cell.x - centre.x, y: cell.y - centre.y }, turn);
      const [x, y] = [Math.floor(box.width / 2 + place.x), Math.floor(box.height / 2 + place.y)];
      if (Math.hypot(place.x - at.x, place.y - at.y) < 90 || x < 0 || y < 0 || x >= box.width || y >= box.height)
        continue;
      expect(rgbAt(x, y), `cell ${index} at ${JSON.stringify(turn)}`).toEqual(
        [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16)),
      );
    }
  }
  // The exported picture is what is on screen, without the marks.
  await page.addStyleTag({ content: '.viewer-marks { visibility: hidden !important }' });
  const screen = await screenOf(app);
  const bytes = await page.evaluate(async () =>
    Array.from(new Uint8Array(await (await window.concentric.exportResults('png')).arrayBuffer())),
  );
  const picture = rasterOf(Uint8Array.from(bytes));
  for (const [x, y] of [
    [500, 400],
    [300, 350],
    [640, 250],
  ] as const) {
    expect(picture.rgbAt(x, y)).toEqual(screen.rgbAt(x, y));
  }
});

test('buttons and keys turn and mirror, the address keeps it, and Home puts it back', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open('?slide=phantom&x=3000&y=2500&mag=10&rotation=30&flip=1');
  const view = () => page.evaluate(() => window.concentric.view());
  await expect.poll(view).toMatchObject({ rotation: 30, flipped: true });
  await page.getByRole('button', { name: /^Rotate and mirror/ }).click();
  await page.getByRole('button', { name: 'As scanned' }).click();
  await expect.poll(view).toEqual({ x: 3000, y: 2500, magnification: expect.closeTo(10, 6) });
  await page.getByRole('button', { name: 'Turn right by 90°' }).click();
  await expect.poll(async () => (await view()).rotation).toBe(90);
  await expect(page).toHaveURL(/rotation=90/);
  await page.keyboard.press('Escape');
  await app.slide.focus();
  // To the right on screen is up the slide now.
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round((await view()).y)).toBe(2500 - 160);
  await page.keyboard.press('End');
  await expect.poll(async () => (await view()).flipped).toBe(true);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round((await view()).y)).toBe(2500);
  await page.keyboard.press('Shift+PageDown');
  await expect.poll(async () => (await view()).rotation).toBe(85);
  await page.keyboard.press('Home');
  await expect.poll(async () => (await view()).rotation).toBeUndefined();
  await page.keyboard.press('3');
  await expect.poll(async () => (await view()).magnification).toBeCloseTo(5, 6);
});

test('a rectangle drawn on a turned slide is the part of the slide under it', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await app.setView({ x: 4000, y: 4000, magnification: 10, rotation: 90 });
  await page.getByRole('button', { name: 'Draw rectangle' }).click();
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is not on the page.');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(middle.x - 100, middle.y - 50);
  await page.mouse.down();
  await page.mouse.move(middle.x + 20, middle.y + 60);
  await page.mouse.move(middle.x + 100, middle.y + 50);
  await page.mouse.up();
  // 200 x 100 px of the screen at 10x: 200 um down the slide, 100 um across it.
  await expect(page.getByText('100 µm × 200 µm')).toBeVisible();
});
