// How layers are drawn is the user's: classes hidden and recoloured, thresholds, smooth scores, colour maps, all at once and
// without a new run; and what is on screen has the colours that the legend shows.

import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import { AppPage } from './app-page.ts';

const region = { x: 2048, y: 2048, width: 1024, height: 1024 };

/** Every colour on the slide's middle, most frequent first, "r,g,b". */
async function coloursOn(app: AppPage): Promise<Map<string, number>> {
  await app.settle();
  const { width, height, data, channels } = decode(await app.slide.screenshot());
  const counts = new Map<string, number>();
  for (let y = Math.floor(height * 0.3); y < height * 0.6; y++) {
    for (let x = Math.floor(width * 0.1); x < width * 0.45; x++) {
      const at = (y * width + x) * channels;
      const key = [data[at], data[at + 1], data[at + 2]].join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** Colours of the swatches, or of the ramp's stripes, of the legend on the slide. */
function legendColours(page: Page): Promise<string[]> {
  return page.getByRole('region', { name: 'Legend' }).evaluate((legend) => {
    const texts = [...legend.querySelectorAll<HTMLElement>('.swatch, .ramp-bar')].map(
      (element) => getComputedStyle(element).background,
    );
    return texts.flatMap((text) => [...text.matchAll(/rgb\((\d+), (\d+), (\d+)\)/g)].map(([, ...rgb]) => rgb.join()));
  });
}

test('the legend’s colours are on the screen, whatever the style, and no run is repeated', async ({ page }) => {
  test.setTimeout(120_000);
  page.setDefaultTimeout(20_000);
  const app = new AppPage(page);
  await app.open('?opacity=1');
  await app.analyse({ region });
  await page.addStyleTag({ content: '.viewer-marks, .viewer-scale-bar { visibility: hidden }' });
  // The whole middle of the screen lies in the region.
  await app.setView({ x: 2660, y: 2560, magnification: 30 });
  const decoded = (await app.stats()).tilesDecoded;
  const onlyLegend = async () => {
    const [screen, legend] = [await coloursOn(app), new Set(await legendColours(page))];
    expect([...screen.keys()].filter((colour) => !legend.has(colour))).toEqual([]);
    return screen;
  };

  await app.setLayer('classes');
  const classes = await onlyLegend();
  await page.getByRole('radio', { name: 'Smooth', exact: true }).check();
  await onlyLegend();
  await page.getByRole('button', { name: 'Colour-blind safe' }).click();
  await onlyLegend();
  await page.getByRole('button', { name: 'Model’s colours' }).click();
  await page.getByRole('radio', { name: 'Cells', exact: true }).check();
  expect(await onlyLegend()).toEqual(classes);

  await app.setLayer('entropy');
  await onlyLegend();
  for (const name of ['Cividis', 'Greys']) {
    await page.getByLabel('Colour map').selectOption(name);
    await onlyLegend();
  }
  await page.getByRole('radio', { name: 'Smooth', exact: true }).check();
  const smooth = await onlyLegend();
  expect(smooth.size).toBeGreaterThan(10);

  // Above 1 there is nothing: the bare slide, which no legend has.
  await page.getByLabel('Show values above').fill('1');
  await expect(page.getByRole('region', { name: 'Legend' })).toContainText('Shown above 1.00');
  const legend = new Set(await legendColours(page));
  expect([...(await coloursOn(app)).keys()].some((colour) => !legend.has(colour))).toBe(true);
  await page.getByLabel('Show values above').fill('0');

  // A hidden class is bare slide too.
  await app.setLayer('classes');
  await page.getByRole('radio', { name: 'Cells', exact: true }).check();
  const [top = ''] = [...classes].sort(([, a], [, b]) => b - a)[0] ?? [];
  const index = (await legendColours(page)).indexOf(top);
  await page.getByRole('group', { name: 'Classes on the map' }).getByRole('checkbox').nth(index).uncheck();
  expect((await coloursOn(app)).has(top)).toBe(false);
  await expect(page.getByRole('region', { name: 'Legend' })).toContainText('(hidden)');
  expect(app.consoleErrors).toEqual([]);
  // Nothing was read or computed again beyond the tiles of the view.
  expect(await page.evaluate(() => window.concentric.results()?.state)).toBe('complete');
  console.log(`tiles decoded while restyling: ${(await app.stats()).tilesDecoded - decoded}`);
});
