// The main states keep their layout: where everything stands is compared with what was looked at and found good, kept as
// text beside this file. After a wanted change: --update-snapshots, and a look at the states and at the changed lines.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import {
  boxesOn,
  cutOffTexts,
  differingBoxes,
  overlapsOverSlide,
  serveBoxFont,
  setInBoxes,
} from './fixtures/layout.ts';

for (const { width, height, colorScheme } of [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 2560, height: 1440, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
] as const) {
  test(`the main states stand as they stood, ${width} px wide`, async ({ page }, testInfo) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await serveBoxFont(page);
    const app = new AppPage(page);
    const wrong: Record<string, string[]> = {};
    const look = async (state: string) => {
      // The pointer is nowhere, and everything that loads late is there.
      await page.mouse.move(width - 1, height - 1);
      await page.waitForLoadState('networkidle');
      const scrolled = await page.evaluate(() => document.scrollingElement?.scrollTop ?? 0);
      const found = [
        ...(scrolled === 0 ? [] : [`the whole page scrolled by ${scrolled} px`]),
        ...differingBoxes(testInfo, `${state}-${width}`, await boxesOn(page)),
        ...(await overlapsOverSlide(page)).map((pair) => `overlap: ${pair}`),
        ...(await cutOffTexts(page)).map((text) => `cut off: ${text}`),
      ];
      if (found.length > 0) wrong[state] = found;
    };
    const panelAt = (name: string) =>
      page
        .getByRole('region', { name, exact: true })
        .evaluate((panel) => panel.scrollIntoView({ block: 'start', behavior: 'instant' }));

    await app.open();
    await setInBoxes(page);
    await expect(page.getByRole('img', { name: /^Scale bar: \d/ })).toBeVisible();
    await app.setView({ x: 3000, y: 3000, magnification: 10 });
    await look('slide');
    await app.slide.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Similarity across magnifications' })).toBeVisible();
    await panelAt('Point');
    await look('point');
    await app.analyse({ region: { x: 2816, y: 2816, width: 512, height: 384 } });
    await expect(page.getByRole('table', { name: 'Area by class' })).toBeVisible();
    await expect(page.getByRole('group', { name: 'Classes on the map' })).toBeVisible();
    await panelAt('Analysis');
    await look('results');
    await app.setLayer('entropy');
    await panelAt('Layers');
    await look('layers');
    for (const [button, state] of [
      ['Open slide…', 'open-dialog'],
      ['Help', 'help'],
      ['Work', 'work'],
      ['Privacy', 'privacy'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      // Which slides the server has is not the layout's business, nor when work was saved.
      if (state === 'open-dialog')
        await page
          .locator('.slide-list')
          .first()
          .evaluate((list) => list.remove());
      if (state === 'work') {
        const saved = page.getByRole('table', { name: 'Kept work' }).locator('tbody td').first();
        await saved.evaluate((cell) => cell.replaceChildren('Jan 1, 2030, 10:00 AM'));
      }
      await look(state);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    expect(wrong).toEqual({});
    expect(app.consoleErrors).toEqual([]);
  });
}

// What the test above goes by is held against changes that a person would see: each has to be found.
test('a layout that changed is found', async ({ page }, testInfo) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await serveBoxFont(page);
  const app = new AppPage(page);
  await app.open();
  await setInBoxes(page);
  await app.setView({ x: 3000, y: 3000, magnification: 10 });
  await page.mouse.move(1279, 799);
  await page.waitForLoadState('networkidle');
  const differences = async () => differingBoxes(testInfo, 'slide-1280', await boxesOn(page));
  await expect.poll(differences).toEqual([]);
  /** What is said while a style holds. */
  const under = async (style: string, say: () => Promise<string[]>, expected: unknown) => {
    const tag = await page.addStyleTag({ content: style });
    await expect.poll(say, { message: style }).toEqual(expected);
    await tag.evaluate((element) => (element as HTMLStyleElement).remove());
    await expect.poll(differences).toEqual([]);
  };
  const some = (pattern: RegExp) => expect.arrayContaining([expect.stringMatching(pattern)]);
  await under('.top-bar { padding-block: 0.75rem }', differences, some(/^now {4}main /));
  await under('.side-panel { width: 26rem }', differences, some(/^now {4}aside /));
  await under('.side-panel h2 { font-size: 1.25rem }', differences, some(/^now {4}h2 /));
  await under('.overview-map { display: none }', differences, some(/^before canvas/));
  await under('.view-controls { flex-direction: column }', differences, some(/^now {4}button/));
  await under(
    '.position-readout { inset: 1rem auto auto 1rem !important; translate: 0 -12rem }',
    () => overlapsOverSlide(page),
    some(/view-controls and \.position-readout/),
  );
  await under('.top-bar button { width: 2rem }', () => cutOffTexts(page), some(/^BUTTON Open slide/));
});
