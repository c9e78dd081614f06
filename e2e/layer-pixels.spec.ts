// The heatmap is where the tissue is: the screen's pixel over a cell has the colour of that cell's class, at every zoom,
// and that class is what a click on the cell's centre answers.

import { expect, test } from '@playwright/test';
import { decode } from 'fast-png';
import { AppPage } from './app-page.ts';
import { pick, seeded } from './fixtures/seeded.ts';

const region = { x: 2048, y: 2048, width: 1024, height: 1024 };
/** Kept away from the crosshair at the centre, CSS px. */
const offCentreCssPx = { x: 90, y: 70 };

test('pixels on screen have the colours of their cells', async ({ page }) => {
  const app = new AppPage(page);
  await app.open('?opacity=1');
  await app.loadModel('phantom', 'wasm');
  const result = await app.analyse({ region });
  await app.setLayer('classes');
  const colors = await page.evaluate(async () => {
    const manifest = await (await fetch('models/phantom/manifest.json')).json();
    return manifest.x_class_colors as string[];
  });
  const done = result.status.flatMap((status, index) => (status === 1 ? [index] : []));
  const random = seeded(7);
  for (const magnification of [5, 20, 63]) {
    for (const index of pick(done, 4, random)) {
      const cell = cellOf(index);
      const micronsPerCssPx = 10 / magnification;
      const level0PerCssPx = micronsPerCssPx / 0.5;
      await app.setView({
        x: cell.x - offCentreCssPx.x * level0PerCssPx,
        y: cell.y - offCentreCssPx.y * level0PerCssPx,
        magnification,
      });
      const expected = hexToRgb(colors[cell.best] ?? '');
      await expect
        .poll(async () => pixelOffCentre(await app.slide.screenshot()), {
          message: `cell ${index} at ${magnification}x`,
          timeout: 15_000,
        })
        .toEqual(expected);
      if (cell.margin >= 0.1) {
        const { probabilities } = await app.classify({ x: cell.x, y: cell.y });
        expect(probabilities.indexOf(Math.max(...probabilities))).toBe(cell.best);
      }
    }
  }

  function cellOf(index: number) {
    const classes = result.classNames.length;
    const values = result.probabilities.slice(index * classes, (index + 1) * classes);
    const [top = 0, second = 0] = [...values].sort((a, b) => b - a);
    const column = index % result.columns;
    const row = Math.floor(index / result.columns);
    return {
      x: result.region.x + (column + 0.5) * result.cellSize,
      y: result.region.y + (row + 0.5) * result.cellSize,
      best: values.indexOf(top),
      margin: top - second,
    };
  }
});

function pixelOffCentre(png: Buffer): number[] {
  const { width, height, data, channels } = decode(png);
  const x = Math.floor(width / 2 + offCentreCssPx.x);
  const y = Math.floor(height / 2 + offCentreCssPx.y);
  return [...data.slice((y * width + x) * channels, (y * width + x) * channels + 3)];
}

function hexToRgb(hex: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}
