// How layers are drawn is the user's: classes hidden and recoloured, thresholds, smooth scores, colour maps, all at once and
// without a new run; and what is on screen has the colours that the legend shows.

import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import type { Stats } from '../src/state/concentric.ts';
import { AppPage } from './app-page.ts';

const region = { x: 2048, y: 2048, width: 1024, height: 1024 };

type Colour = readonly [number, number, number];

/** The pixels of a part of a picture of the slide's pane where nothing lies but the slide and its layer. */
function middleOf(png: Uint8Array, pane: { readonly width: number; readonly height: number }): Colour[] {
  const { width, data, channels } = decode(png);
  const colours: Colour[] = [];
  for (let y = Math.floor(pane.height * 0.3); y < pane.height * 0.6; y++) {
    for (let x = Math.floor(pane.width * 0.1); x < pane.width * 0.45; x++) {
      const at = (y * width + x) * channels;
      colours.push([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]);
    }
  }
  return colours;
}

async function middleOnScreen(app: AppPage): Promise<Colour[]> {
  await app.settle();
  const png = await app.slide.screenshot();
  return middleOf(png, decode(png));
}

/** Every colour on the slide's middle, "r,g,b", and how often. */
async function coloursOn(app: AppPage): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const colour of await middleOnScreen(app)) counts.set(colour.join(), (counts.get(colour.join()) ?? 0) + 1);
  return counts;
}

/** The counters once they have stopped changing: they follow the workers' own. */
async function restingStats(app: AppPage): Promise<Stats> {
  let now = await app.stats();
  const isResting = async () => {
    const before = now;
    now = await app.stats();
    return now.tilesDecoded === before.tilesDecoded && now.multiplyAdds === before.multiplyAdds;
  };
  // Longer apart than the counters are asked for while tiles arrive.
  await expect.poll(isResting, { intervals: [1000] }).toBe(true);
  return now;
}

/** The most that a channel differs. */
function greatestDifference(some: readonly Colour[], others: readonly Colour[]): number {
  if (some.length !== others.length) return Number.POSITIVE_INFINITY;
  return some.reduce(
    (most, colour, at) =>
      Math.max(most, ...[0, 1, 2].map((channel) => Math.abs((colour[channel] ?? 0) - (others[at]?.[channel] ?? 0)))),
    0,
  );
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
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open('?opacity=1');
  await app.analyse({ region });
  await page.addStyleTag({ content: '.viewer-marks, .viewer-scale-bar { visibility: hidden }' });
  // The whole middle of the screen lies in the region.
  await app.setView({ x: 2660, y: 2560, magnification: 30 });
  await app.settle();
  const { tilesDecoded, multiplyAdds } = await restingStats(app);
  const kept = await page.evaluateHandle(() => window.concentric.results());
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

  // Fitted, the same values take more of the colours, and the legend's numbers say which values these are.
  await app.setLayer('similarity:0.5-2');
  const fixed = await onlyLegend();
  await page.getByRole('radio', { name: 'Fit to values' }).check();
  await expect(page.getByRole('region', { name: 'Legend' })).toContainText(/≤ [−\d.]+.*≥ [\d.]+/s);
  expect((await onlyLegend()).size).toBeGreaterThan(2 * fixed.size);
  await page.getByRole('radio', { name: 'Fixed range' }).check();
  expect(await onlyLegend()).toEqual(fixed);
  await app.setLayer('entropy');

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
  await app.settle();
  const index = (await legendColours(page)).indexOf(top);
  await page.getByRole('group', { name: 'Classes on the map' }).getByRole('checkbox').nth(index).uncheck();
  expect((await coloursOn(app)).has(top)).toBe(false);
  await expect(page.getByRole('region', { name: 'Legend' })).toContainText('(hidden)');
  expect(app.consoleErrors).toEqual([]);
  // Nothing was read or computed for all this, and the numbers are those of before.
  expect(await restingStats(app)).toMatchObject({ tilesDecoded, multiplyAdds });
  expect(await kept.evaluate((before) => before === window.concentric.results())).toBe(true);
});

test('familiarity is a layer where the model tells it: cells have the legend’s colours, and the limit is marked', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open('?opacity=1');
  const layers = page.getByLabel('Layer', { exact: true });
  // The phantom's model does not tell it.
  await expect(layers.getByRole('option', { name: 'Uncertainty (entropy)' })).toBeAttached();
  await expect(layers.getByRole('option', { name: 'Familiarity' })).toHaveCount(0);
  const refusal = await page.evaluate(() => {
    try {
      window.concentric.setLayer('familiarity');
      return null;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  });
  expect(refusal).toBe('bad-argument');

  await app.loadModel('glas-colon', 'wasm');
  await app.analyse({ region });
  await page.addStyleTag({ content: '.viewer-marks, .viewer-scale-bar { visibility: hidden }' });
  await app.setView({ x: 2660, y: 2560, magnification: 30 });
  await layers.selectOption({ label: 'Familiarity' });
  await expect(page).toHaveURL(/layer=familiarity/);
  const legend = page.getByRole('region', { name: 'Legend' });
  await expect(legend).toContainText('Below 0.5: unlike the training tissue');
  // Where the line stands on the ramp: 0 its left end, 1 its right.
  const limitAt = () =>
    legend.locator('.ramp-bar').evaluate((bar) => {
      const line = bar.querySelector('.ramp-limit')?.getBoundingClientRect();
      const { left, width } = bar.getBoundingClientRect();
      return line === undefined ? null : (line.left + line.width / 2 - left) / width;
    });
  expect(await limitAt()).toBeCloseTo(0.5, 2);
  /** Colours of the cells by the legend from `least` to `greatest`, "r,g,b". */
  const coloursOfCells = async (least: number, greatest: number) => {
    const values = await page.evaluate(() => {
      const result = window.concentric.results();
      return [...(result?.familiarity ?? [])].filter((_, cell) => result?.status[cell] === 1);
    });
    // 256 stripes; browsers write the colour of each once, or once for either end.
    const stops = await legendColours(page);
    expect(stops.length % 256).toBe(0);
    const ramp = Array.from({ length: 256 }, (_, step) => stops[(step * stops.length) / 256]);
    const stepOf = (value: number) => Math.floor(((value - least) / (greatest - least)) * ramp.length);
    return new Set(values.map((value) => ramp[Math.max(0, Math.min(ramp.length - 1, stepOf(value)))]));
  };
  const fixed = [...(await coloursOn(app)).keys()];
  const ofCells = await coloursOfCells(0, 1);
  expect(fixed.filter((colour) => !ofCells.has(colour))).toEqual([]);

  await page.getByRole('radio', { name: 'Fit to values' }).check();
  const ends = async () =>
    (await legend.locator('.ramp-numbers > span').allTextContents()).map((text) => Number(text.replace(/[≤≥] /, '')));
  const [least = Number.NaN, , greatest = Number.NaN] = await ends();
  const fitted = [...(await coloursOn(app)).keys()];
  const ofCellsFitted = await coloursOfCells(least, greatest);
  expect(fitted.filter((colour) => !ofCellsFitted.has(colour))).toEqual([]);
  expect(fitted.length).toBeGreaterThan(3);
  expect(app.consoleErrors).toEqual([]);
});

// The slide is drawn by a drawer of ours; with either of OpenSeadragon's own the layer must look the same.
for (const drawer of ['canvas', 'webgl'] as const) {
  test(`the legend’s colours are on the screen with OpenSeadragon’s ${drawer} drawer too`, async ({ page }) => {
    test.setTimeout(600_000);
    const app = new AppPage(page);
    await app.open(`?opacity=1&drawer=${drawer}`);
    await app.analyse({ region });
    await page.addStyleTag({ content: '.viewer-marks, .viewer-scale-bar { visibility: hidden }' });
    await app.setView({ x: 2660, y: 2560, magnification: 30 });
    await app.setLayer('none');
    const slide = await middleOnScreen(app);
    // Ours keeps the tiles' bitmaps, OpenSeadragon's make canvases and textures of them.
    await expect.poll(async () => (await app.stats()).openBitmaps).toBe(0);
    expect(new Set(slide.map(String)).size).toBeGreaterThan(1000);
    for (const layer of ['classes', 'entropy', 'similarity:0.5-2']) {
      await app.setLayer(layer);
      const painted = await middleOnScreen(app);
      const legend = (await legendColours(page)).map((text) => text.split(',').map(Number));
      const farthest = [...new Set(painted.map(String))].map((text) => {
        const colour = text.split(',').map(Number);
        return Math.min(
          ...legend.map((own) => Math.max(...own.map((value, channel) => Math.abs(value - (colour[channel] ?? 0))))),
        );
      });
      expect(Math.max(...farthest), layer).toBeLessThanOrEqual(1);
      await page.getByLabel('Layer opacity').fill('0.6');
      const mixed = painted.map((colour, at): Colour => {
        const mix = (channel: 0 | 1 | 2) => 0.6 * colour[channel] + 0.4 * (slide[at]?.[channel] ?? 0);
        return [mix(0), mix(1), mix(2)];
      });
      const shown = await middleOnScreen(app);
      // The browser rounds both parts of the mixture.
      expect(greatestDifference(shown, mixed), `${layer}, weaker`).toBeLessThanOrEqual(2);
      const { width = 0, height = 0 } = (await app.slide.boundingBox()) ?? {};
      const picture = middleOf(await app.exportBytes('png'), { width, height });
      expect(greatestDifference(picture, shown), `${layer}, as a picture`).toBeLessThanOrEqual(1);
      await page.getByLabel('Layer opacity').fill('1');
    }
    expect(app.consoleErrors).toEqual([]);
  });
}
