// Nobody is left out: no violation of WCAG 2.2 A or AA in any state of the interface, light and dark; the main job with the
// keyboard alone, and by touch.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { violations } from './fixtures/axe.ts';
import { qupathProblems } from './fixtures/qupath-rules.ts';

const start = '?x=3000&y=3000&mag=10';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any state, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(600_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const app = new AppPage(page);
    const found: Record<string, string[]> = {};
    const look = async (state: string) => {
      found[state] = await violations(page);
    };
    await app.open(start);
    await look('slide open');
    await page.locator('aside details').evaluateAll((folds) => {
      for (const fold of folds) (fold as HTMLDetailsElement).open = true;
    });
    await expect(page.getByRole('button', { name: 'Load model' })).toBeVisible();
    await look('folds open');
    await app.slide.click({ position: { x: 300, y: 300 } });
    await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
    await look('point');
    // Of the whole slide: it goes on for longer than the look at it takes, on any machine.
    await page.getByRole('button', { name: 'Run analysis' }).click();
    await expect(page.getByRole('progressbar', { name: 'Run progress' })).toHaveAttribute('value', /[1-9]/);
    await look('running');
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await expect(page.getByRole('table', { name: 'Area by class' })).toBeVisible();
    await look('results');
    await app.setLayer('entropy');
    await look('scalar layer');
    await page.getByRole('button', { name: 'Export' }).click();
    await look('export menu');
    await page.keyboard.press('Escape');
    for (const name of ['Picture…', 'Report…']) {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('button', { name }).click();
      await expect(
        page
          .getByRole('dialog')
          .getByRole(name === 'Report…' ? 'img' : 'radio')
          .first(),
      ).toBeVisible();
      await look(name);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('button', { name: 'How it works' }).click();
    await expect(page.getByRole('dialog', { name: 'How it works' })).toBeVisible();
    await look('How it works');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take the tour' }).click();
    await expect(page.getByRole('region', { name: 'Tour, step 1 of 5' })).toBeVisible();
    await look('tour');
    await page.getByRole('button', { name: 'End tour' }).click();
    for (const name of ['Help', 'Open slide…', 'Work', 'Privacy', 'All models…']) {
      await page.getByRole('button', { name, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(name);
      await page.keyboard.press('Escape');
    }
    // Doubt: at a spot where the model is undecided, and on tissue that the model was not made for.
    await page.route('**/models/phantom/manifest.json', async (route) => {
      const manifest = await (await route.fetch()).json();
      Object.assign(manifest.x_calibration, { temperature: 50, uncertain_below: 0.9 });
      await route.fulfill({ json: manifest });
    });
    await app.loadModel('glas-colon');
    await app.loadModel('phantom');
    await app.slide.click({ position: { x: 320, y: 320 } });
    await expect(page.getByRole('region', { name: 'Point', exact: true })).toContainText('Uncertain');
    await look('uncertain');
    await app.loadModel('glas-colon');
    await app.slide.click({ position: { x: 340, y: 340 } });
    await expect(page.getByRole('region', { name: 'Point', exact: true })).toContainText('Unlike the tissue');
    await look('unlike');
    // Things over the slide: a region with its numbers, a measurement, the loupe, the second view.
    await page.getByRole('button', { name: 'Rectangle', exact: true }).click();
    await look('drawing');
    await page.mouse.move(300, 300);
    await page.mouse.down();
    await page.mouse.move(400, 380, { steps: 3 });
    await page.mouse.up();
    await expect(page.getByRole('list', { name: 'Regions of this slide' })).toBeVisible();
    await look('region');
    await page.getByRole('button', { name: 'Measure', exact: true }).click();
    await look('measure menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Rotate and mirror' }).click();
    await look('orientation menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Loupe' }).click();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Compare' })).toBeVisible();
    await look('compare menu');
    await page.getByRole('button', { name: 'This slide without its layer' }).click();
    await expect(page.getByRole('application', { name: 'Second view' })).toBeVisible();
    await look('compare');
    await page.getByRole('button', { name: 'Close second view' }).click();
    // Errors, in words: a link that leads nowhere; a spot beside the slide; a model that is none.
    await page.getByRole('button', { name: 'Open slide…' }).click();
    await page.getByRole('dialog').getByLabel('Slide link').fill('nothing-here.dzi');
    await page.getByRole('button', { name: 'Open link' }).click();
    await expect(page.getByRole('alert', { name: 'Errors' })).not.toBeEmpty();
    await look('error');
    await page.getByLabel('Model link').fill('models/none/');
    await page.getByRole('button', { name: 'Load model' }).click();
    await expect(page.getByRole('alert', { name: 'Errors' })).toContainText('model');
    await look('no model');
    await app.loadModel('phantom');
    await app.setView({ x: 0, y: 0, magnification: 10 });
    await app.slide.click({ position: { x: 100, y: 300 } });
    await expect(page.getByText('This spot could not be classified.')).toBeVisible();
    await look('point failed');
    // Properties; a slide of unknown scale, and its dialog.
    await page.getByRole('button', { name: 'phantom.dzi' }).click();
    await look('properties');
    await page.getByRole('button', { name: 'Change scale…' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('scale');
    await page.keyboard.press('Escape');
    await page.evaluate(() => window.concentric.closeSlide());
    await expect(page.getByRole('heading', { level: 2, name: /several magnifications/ })).toBeVisible();
    await look('start');
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
  });
}

test('the main job with the keyboard alone', async ({ page }) => {
  test.setTimeout(300_000);
  const app = new AppPage(page);
  await app.open(start);
  const tabTo = async (name: RegExp | string, role: 'button' | 'application' | 'combobox' | 'slider') => {
    const target = page.getByRole(role, { name }).first();
    await expect(target).toBeVisible();
    for (let presses = 0; presses < 120; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab never reached ${String(name)}.`);
  };
  // A spot and its answer.
  await tabTo(/slide/i, 'application');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Point status' })).toContainText('%');
  // A run over what is on screen.
  await tabTo('Use current view', 'button');
  await page.keyboard.press('Enter');
  await tabTo('Run analysis', 'button');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status', { name: 'Run status' })).toHaveText('Analysis complete', { timeout: 180_000 });
  await expect(page.getByRole('table', { name: 'Area by class' })).toBeVisible();
  // Another layer, weaker; then the results as a file.
  await tabTo('Layer', 'combobox');
  await expect(async () => {
    // A list begins its search anew where letters come slowly.
    await page.keyboard.type('Unc');
    await expect(page.getByRole('region', { name: 'Legend' })).toContainText('Uncertainty', { timeout: 5000 });
  }).toPass();
  await tabTo('Layer opacity', 'slider');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => page.evaluate(() => window.location.search)).toContain('opacity=0.55');
  await tabTo('Export', 'button');
  await page.keyboard.press('Enter');
  const saved = page.waitForEvent('download');
  await tabTo(/^GeoJSON/, 'button');
  await page.keyboard.press('Enter');
  expect((await saved).suggestedFilename()).toMatch(/phantom.*\.geojson$/);
  // Help on the slide's own key; letters elsewhere do nothing.
  await tabTo(/slide/i, 'application');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(app.slide).toBeFocused();
});

test('letters, digits and signs do nothing while the slide does not have the focus', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.analyse({ region: { x: 2816, y: 2816, width: 384, height: 384 } });
  const shown = page.getByRole('checkbox', { name: 'Show layer' });
  await expect(shown).toBeChecked();
  const state = async () => ({
    view: await page.evaluate(() => window.concentric.view()),
    shown: await shown.isChecked(),
    crosshair: await page.locator('[data-crosshair]').count(),
    dialogs: await page.getByRole('dialog').count(),
    point: await page.getByRole('status', { name: 'Point status' }).textContent(),
  });
  const before = await state();
  const keys = [...'abcdefghijklmnopqrstuvwxyzLC0123456789?+-'];
  const places: readonly (() => Promise<void>)[] = [
    () => page.getByRole('button', { name: 'Help', exact: true }).focus(),
    () => page.getByRole('button', { name: 'Run analysis' }).focus(),
    () => page.getByRole('slider', { name: 'Layer opacity' }).focus(),
    () => shown.focus(),
    () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()),
  ];
  for (const focus of places) {
    await focus();
    for (const key of keys) await page.keyboard.press(key);
    expect(await state()).toEqual(before);
  }
  // On the slide they do what the help says.
  await app.slide.focus();
  await page.keyboard.press('l');
  await expect(shown).not.toBeChecked();
  await page.keyboard.press('c');
  await expect(page.locator('[data-crosshair]')).toHaveCount(1);
  await page.keyboard.press('2');
  await expect.poll(async () => (await state()).view.magnification).not.toBeCloseTo(before.view.magnification, 3);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a chosen magnification is legible under the pointer too, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const app = new AppPage(page);
    await app.open(start);
    const chosen = page.getByRole('button', { name: '10×', exact: true, pressed: true });
    await chosen.hover();
    await expect.poll(() => chosen.evaluate((button) => button.matches(':hover'))).toBe(true);
    expect(await violations(page)).toEqual([]);
  });
}

/** One finger put down, moved over the places and lifted: places in CSS px of the window. */
async function drawByTouch(page: Page, [first, ...further]: readonly { x: number; y: number }[]): Promise<void> {
  if (first === undefined) return;
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [first] });
  for (const place of further)
    await devTools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [place] });
  await devTools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await devTools.detach();
}

test.describe('touch', () => {
  test.use({ hasTouch: true, viewport: { width: 820, height: 1180 } });
  test('the main job by touch', async ({ page }) => {
    test.setTimeout(300_000);
    const app = new AppPage(page);
    await app.open(start);
    await app.slide.tap({ position: { x: 200, y: 500 } });
    await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
    await page.getByRole('button', { name: 'Use current view' }).tap();
    await page.getByRole('button', { name: 'Run analysis' }).tap();
    await expect(page.getByRole('status', { name: 'Run status' })).toHaveText('Analysis complete', {
      timeout: 180_000,
    });
    await expect(page.getByRole('region', { name: 'Legend' })).toBeVisible();
    // A region of one's own, drawn with a finger over the map, and what lies in it.
    await page.getByRole('button', { name: 'Rectangle', exact: true }).tap();
    const slide = await app.slide.boundingBox();
    if (slide === null) throw new Error('The slide is not on the page.');
    await drawByTouch(page, [
      { x: slide.x + 0.3 * slide.width, y: slide.y + 0.4 * slide.height },
      { x: slide.x + 0.5 * slide.width, y: slide.y + 0.5 * slide.height },
      { x: slide.x + 0.7 * slide.width, y: slide.y + 0.6 * slide.height },
    ]);
    // The next tap, at once after the stroke, is heard.
    await page.getByRole('button', { name: 'Export' }).tap();
    const geojson = page.getByRole('list', { name: 'Export' }).getByRole('button', { name: /GeoJSON/ });
    await expect(geojson).toBeVisible();
    const download = page.waitForEvent('download');
    await geojson.tap();
    expect(qupathProblems(readFileSync(await (await download).path(), 'utf8'))).toEqual([]);
    const regions = page.getByRole('list', { name: 'Regions of this slide' });
    await expect(regions.getByRole('textbox', { name: 'Name' })).toHaveCount(1);
    await expect(regions).toContainText(/\d mm²/);
    // So it is when the slide was pushed along.
    const place = () => page.evaluate(() => window.concentric.view());
    const before = await place();
    await drawByTouch(page, [
      { x: slide.x + 0.7 * slide.width, y: slide.y + 0.6 * slide.height },
      { x: slide.x + 0.5 * slide.width, y: slide.y + 0.5 * slide.height },
      { x: slide.x + 0.3 * slide.width, y: slide.y + 0.4 * slide.height },
    ]);
    await page.getByRole('button', { name: 'Undo', exact: true }).tap();
    await expect(regions).toBeHidden();
    expect(await place()).not.toEqual(before);
    expect(app.consoleErrors).toEqual([]);
  });
});
