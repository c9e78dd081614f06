// Nobody is left out: no violation of WCAG 2.2 A or AA in any state of the interface, light and dark; the main job with the
// keyboard alone, and by touch.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const start = '?x=3000&y=3000&mag=10';

/** What axe finds, short enough to read. */
async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any state, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(180_000);
    page.setDefaultTimeout(20_000);
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
    await page.getByRole('button', { name: 'Use current view' }).click();
    await page.getByRole('button', { name: 'Run analysis' }).click();
    await expect(page.getByRole('progressbar', { name: 'Run progress' })).toBeVisible();
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
    await app.refusalOf('openSlide', 'nothing-here.dzi');
    await page.evaluate(() => {
      void window.concentric.classify({ x: -5, y: -5 }).catch(() => undefined);
    });
    await app.slide.click({ position: { x: 2, y: 790 }, force: true });
    await look('error');
    await page.evaluate(() => window.concentric.closeSlide());
    await expect(page.getByRole('heading', { level: 2, name: /several magnifications/ })).toBeVisible();
    await look('start');
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
  });
}

test('text of twice the size: nothing is cut off, and the main job goes on', async ({ page }) => {
  page.setDefaultTimeout(20_000);
  const app = new AppPage(page);
  await app.open(start);
  await page.addStyleTag({ content: 'html { font-size: 200% }' });
  /** Names of buttons and fields that reach over the window's edge, or over their own box. */
  const cutOff = () =>
    page.evaluate(() => {
      const visible = [...document.querySelectorAll<HTMLElement>('button, select, summary, label')].filter(
        (element) =>
          element.checkVisibility() && element.closest('.visually-hidden, [popover]:not(:popover-open)') === null,
      );
      return visible
        .filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < -1 || right > window.innerWidth + 1 || element.scrollWidth > element.clientWidth + 2;
        })
        .map((element) => element.getAttribute('aria-label') ?? element.textContent);
    });
  expect(await cutOff()).toEqual([]);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  expect(await cutOff()).toEqual([]);
});

test('the main job with the keyboard alone', async ({ page }) => {
  test.setTimeout(120_000);
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
  await expect(page.getByRole('status', { name: 'Run status' })).toHaveText('Analysis complete', { timeout: 60_000 });
  await expect(page.getByRole('table', { name: 'Area by class' })).toBeVisible();
  // Another layer, weaker; then the results as a file.
  await tabTo('Layer', 'combobox');
  await page.keyboard.type('Unc');
  await expect(page.getByRole('region', { name: 'Legend' })).toContainText('Uncertainty');
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

test.describe('touch', () => {
  test.use({ hasTouch: true, viewport: { width: 820, height: 1180 } });
  test('the main job by touch', async ({ page }) => {
    test.setTimeout(120_000);
    const app = new AppPage(page);
    await app.open(start);
    await app.slide.tap({ position: { x: 200, y: 500 } });
    await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
    await page.getByRole('button', { name: 'Use current view' }).tap();
    await page.getByRole('button', { name: 'Run analysis' }).tap();
    await expect(page.getByRole('status', { name: 'Run status' })).toHaveText('Analysis complete', { timeout: 60_000 });
    await expect(page.getByRole('region', { name: 'Legend' })).toBeVisible();
  });
});
