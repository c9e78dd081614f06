// Text of twice the size, set by the page or by the browser: nothing is cut off or covered in windows from wide to very narrow,
// and the slide keeps most of them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { cutOffTexts, overlapsOverSlide } from './fixtures/layout.ts';

const start = '?x=3000&y=3000&mag=10';

test('text of twice the size: nothing is cut off, and the main job goes on', async ({ page }) => {
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
          const pane = element.closest('main')?.getBoundingClientRect().right ?? window.innerWidth;
          return left < -1 || right > pane + 1 || element.scrollWidth > element.clientWidth + 2;
        })
        .map((element) => element.getAttribute('aria-label') ?? element.textContent);
    });
  await expect.poll(() => cutOff()).toEqual([]);
  /** Pairs of the things over the slide that lie over each other. */
  const covering = (selectors: readonly string[]) =>
    page.evaluate((wanted) => {
      const places = wanted.map((selector) => document.querySelector(selector)?.getBoundingClientRect());
      return places.flatMap((a, at) =>
        places.slice(at + 1).flatMap((b, further) => {
          if (a === undefined || b === undefined) return [`${wanted[at]} or another is not there`];
          const isApart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          return isApart ? [] : [`${wanted[at]} and ${wanted[at + 1 + further]}`];
        }),
      );
    }, selectors);
  await expect
    .poll(() => covering(['.view-controls', '.overview', '.position-readout', '.viewer-scale-bar']))
    .toEqual([]);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  await expect.poll(() => cutOff()).toEqual([]);
  await app.analyse({ region: { x: 2816, y: 2816, width: 384, height: 384 } });
  await expect(page.getByRole('region', { name: 'Legend' })).toBeVisible();
  await expect
    .poll(() => covering(['.view-controls', '.legend', '.position-readout', '.viewer-scale-bar']))
    .toEqual([]);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('button', { name: 'This slide without its layer' }).click();
  await expect(page.getByRole('application', { name: 'Second view' })).toBeVisible();
  await expect.poll(() => cutOff()).toEqual([]);
});

test('text of twice the size by the browser’s own setting: nothing over the slide covers another, however narrow', async ({
  launchOptions,
  baseURL,
}, testInfo) => {
  const profile = testInfo.outputPath('profile');
  mkdirSync(join(profile, 'Default'), { recursive: true });
  const large = { webkit: { webprefs: { default_font_size: 32 } } };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(large));
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions,
    ...(baseURL === undefined ? {} : { baseURL }),
    serviceWorkers: 'block',
  });
  try {
    const page = await context.newPage();
    const app = new AppPage(page);
    await app.open(start);
    await expect(page.locator('html')).toHaveCSS('font-size', '32px');
    await app.analyse({ region: { x: 2816, y: 2816, width: 384, height: 384 } });
    await expect(page.getByRole('region', { name: 'Legend' })).toBeVisible();
    for (const [width, height] of [
      [2560, 1440],
      [1900, 1000],
      [1280, 800],
      [800, 1000],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => overlapsOverSlide(page), { message: `${width} px wide` }).toEqual([]);
    }
    // With the legend open, down to windows of a few lines: it leaves the slide most of its room, and all of it can be read.
    const legend = page.getByRole('region', { name: 'Legend' });
    if ((await legend.locator('details').getAttribute('open')) === null) await legend.locator('summary').click();
    await expect(legend.getByRole('list')).toBeVisible();
    for (const [width, height] of [
      [2560, 1440],
      [1900, 1000],
      [1600, 700],
      [1280, 500],
      [800, 1000],
      [800, 500],
      [390, 844],
      [320, 480],
    ] as const) {
      await page.setViewportSize({ width, height });
      const message = `${width} by ${height} px, legend open`;
      await expect.poll(() => overlapsOverSlide(page), { message }).toEqual([]);
      await expect.poll(() => shareCovered(page, '.legend'), { message }).toBeLessThan(0.4);
      const last = legend.getByRole('listitem').last();
      await last.evaluate((item) => item.scrollIntoView({ block: 'center', behavior: 'instant' }));
      await expect.poll(() => last.evaluate(canBeRead), { message }).toBe(true);
    }
    // The bar leaves the slide at least half of the window, and everything in it and in the controls can be reached.
    for (const [width, height] of [
      [390, 844],
      [320, 480],
      [800, 500],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }));
      const message = `${width} by ${height} px`;
      await expect.poll(() => heightOnScreen(page), { message }).toBeGreaterThanOrEqual(height / 2);
      await page.keyboard.press('Tab');
      for (const button of await page.locator('.top-bar > button, .view-controls > button').all()) {
        await button.focus();
        const name = (await button.getAttribute('aria-label')) ?? (await button.textContent());
        await expect.poll(() => button.evaluate(isWholeOnScreen), { message: `${message}: ${name}` }).toBe(true);
      }
    }
    // What opens from it is whole as well: the menu in the window, the keys with what they do.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Export' }).click();
    await expect.poll(() => page.locator('.export-menu').evaluate(isInWindow)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await expect.poll(() => cutOffTexts(page)).toEqual([]);
  } finally {
    await context.close();
  }
});

/** How much of the slide's height is in the window, CSS px. */
function heightOnScreen(page: Page): Promise<number> {
  return page.locator('.viewer-place').evaluate((slide) => {
    const { top, bottom } = slide.getBoundingClientRect();
    return Math.min(bottom, window.innerHeight) - Math.max(top, 0);
  });
}

/** Whether all of it is in the window and nothing lies over its ends. */
function isWholeOnScreen(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const middle = (top + bottom) / 2;
  return [left + 2, right - 2].every((x) => element.contains(document.elementFromPoint(x, middle)));
}

function isInWindow(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
}

/** The share of the slide that lies under the first of these; of a slide that is too small to be of use, all. */
function shareCovered(page: Page, selector: string): Promise<number> {
  return page.evaluate((wanted) => {
    const slide = document.querySelector('.viewer-place')?.getBoundingClientRect();
    const over = document.querySelector(wanted)?.getBoundingClientRect();
    if (slide === undefined || over === undefined || slide.width * slide.height < 0.3 * innerWidth * innerHeight)
      return 1;
    const width = Math.min(slide.right, over.right) - Math.max(slide.left, over.left);
    const height = Math.min(slide.bottom, over.bottom) - Math.max(slide.top, over.top);
    return (Math.max(0, width) * Math.max(0, height)) / (slide.width * slide.height);
  }, selector);
}

/** Whether every word of it is on screen, with nothing over it and no edge through it. */
function canBeRead(element: HTMLElement): boolean {
  return [...element.querySelectorAll('span:not(:has(*))')].every((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const corners = [
      [left + 1, top + 1],
      [right - 1, bottom - 1],
    ];
    return corners.every(([x = -1, y = -1]) => element.contains(document.elementFromPoint(x, y)));
  });
}
