// The main states look as they looked when they were found good: small pictures of the phantom, light and dark. They hold
// what layout.spec.ts cannot: colours, the map, marks, and all that has no box. Its lines of text stay beside them: at three
// widths they name what moved, and by how much. After a wanted change: --update-snapshots, and a look at each picture.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { cohortFiles } from './fixtures/cohort.ts';
import { serveBoxFont, setInBoxes } from './fixtures/layout.ts';
import { smallPicture } from './fixtures/picture.ts';

/** A grey 14 of 255 levels off counts as another; of 64,000 pixels, each 16 CSS px large, so many may be. */
const ALLOWED = { threshold: 0.05, maxDiffPixels: 25 };

/** What another run, machine or day says otherwise: rates, times, sizes in memory. */
const changing = ['.run-facts', 'progress', '[data-varies]'];

// Days and hours are told the same everywhere.
test.use({ timezoneId: 'UTC', locale: 'en-GB', colorScheme: 'light' });

async function open(page: Page): Promise<AppPage> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.clock.setFixedTime(new Date('2030-01-01T10:00:00Z'));
  await serveBoxFont(page);
  const app = new AppPage(page);
  await app.open();
  await setInBoxes(page);
  return app;
}

/** Waits until nothing more comes, with the pointer out of the way. */
async function rest(app: AppPage): Promise<void> {
  await app.page.mouse.move(1279, 799);
  await app.page.waitForLoadState('networkidle');
  await app.settle();
}

/** Holds the page against the picture kept under this name. */
async function look(page: Page, name: string, hide: readonly string[] = []): Promise<void> {
  expect.soft(await smallPicture(page, [...changing, ...hide]), name).toMatchSnapshot(`${name}.png`, ALLOWED);
}

async function lookInBoth(page: Page, name: string, hide: readonly string[] = []): Promise<void> {
  await look(page, name, hide);
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(page, `${name}-dark`, hide);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** As `rest`, with a panel scrolled to the top: once all that lies below it has come, or it could not get there. */
async function restAt(app: AppPage, name: string): Promise<void> {
  await rest(app);
  await app.page
    .getByRole('region', { name, exact: true })
    .evaluate((panel) => panel.scrollIntoView({ block: 'start', behavior: 'instant' }));
  await rest(app);
}

test('slide, answer, map, regions and comparison look as they looked', async ({ page }) => {
  test.setTimeout(400_000);
  const app = await open(page);
  await rest(app);
  await lookInBoth(page, 'slide');
  await app.setView({ x: 3000, y: 3000, magnification: 10 });
  await app.slide.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Similarity across magnifications' })).toBeVisible();
  await restAt(app, 'Point');
  await look(page, 'point');
  await page.keyboard.press('0');
  await page.getByRole('button', { name: 'Run analysis' }).click();
  await expect(page.getByRole('progressbar', { name: 'Run progress' })).toHaveAttribute('value', /[1-9]/);
  // Paused, so that nothing moves while it is looked at. How far it is differs: the map so far, and the legend's numbers.
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await restAt(app, 'Analysis');
  await look(page, 'running', ['.viewer-layer', '.legend-numbers']);
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await expect(page.getByText(/^Cancelled/)).toBeVisible();
  await page.getByRole('button', { name: 'Remove the analysis' }).click();
  await app.analyse({ region: { x: 1536, y: 1536, width: 2048, height: 1536 } });
  await expect(page.getByRole('table', { name: 'Area by class' })).toBeVisible();
  await restAt(app, 'Analysis');
  await lookInBoth(page, 'map');
  // The comparison itself is held against changes that a person would see: each has to be found.
  for (const change of [
    '.side-panel { width: 22.5rem }',
    '.top-bar { padding-block: 0.625rem }',
    '.overview-map { display: none }',
    '.legend { display: none }',
    '.viewer-layer { opacity: 0.45 !important }',
    '.viewer-scale-bar { translate: 0 -1rem }',
    ':root { --accent: #7a3fb5 }',
    ':root { --surface: #ece6e0 }',
    ':root { --ink: #4a4a4a }',
    '.side-panel h2 { font-size: 1.25rem }',
  ]) {
    const tag = await page.addStyleTag({ content: change });
    expect.soft(await smallPicture(page, changing), change).not.toMatchSnapshot('map.png', ALLOWED);
    await tag.evaluate((element) => (element as HTMLStyleElement).remove());
  }
  await look(page, 'map');
  await page.getByRole('button', { name: 'Rectangle', exact: true }).click();
  await page.mouse.move(350, 300);
  await page.mouse.down();
  await page.mouse.move(550, 450, { steps: 3 });
  await page.mouse.up();
  await expect(page.getByRole('table', { name: 'Classes in Region 1' })).toBeVisible();
  await app.setLayer('entropy');
  await restAt(app, 'Regions');
  await look(page, 'region');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('button', { name: 'This slide without its layer' }).click();
  await expect(page.getByRole('application', { name: 'Second view' })).toBeVisible();
  await restAt(app, 'Layers');
  await look(page, 'compare');
});

test('dialogs, the tour and the start page look as they looked', async ({ page }) => {
  test.setTimeout(400_000);
  const app = await open(page);
  await app.analyse({ region: { x: 2816, y: 2816, width: 384, height: 384 } });
  await rest(app);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Report…' }).click();
  const report = page.getByRole('dialog', { name: 'Analysis report' });
  await expect(report.getByRole('img', { name: /with scale bar/ })).toBeVisible();
  // The picture in it holds letters of this machine's.
  await look(page, 'report', ['.report img']);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Work', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Kept work' })).toContainText('analysis by');
  await look(page, 'work');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'All models…' }).click();
  await expect(page.getByRole('region', { name: 'Model card' })).toHaveCount(3);
  await page.waitForLoadState('networkidle');
  await lookInBoth(page, 'models');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Open slide…' }).click();
  const files = await cohortFiles(app, 60, await app.exportText('json'));
  await page.getByRole('dialog').getByLabel('Choose files…').setInputFiles(files);
  await expect(page.getByRole('table', { name: 'Slides of the cohort' })).toHaveAttribute('aria-rowcount', '61');
  await look(page, 'cohort');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await expect(page.getByRole('region', { name: 'Tour, step 1 of 5' })).toBeVisible();
  await rest(app);
  await look(page, 'tour');
  await page.getByRole('button', { name: 'End tour' }).click();
  await page.evaluate(() => window.concentric.closeSlide());
  await expect(page.getByRole('heading', { level: 2, name: /several magnifications/ })).toBeVisible();
  // Which slides the server has is not the page's look.
  await page
    .locator('.slide-list')
    .first()
    .evaluate((list) => list.remove());
  await page.waitForLoadState('networkidle');
  await lookInBoth(page, 'start');
});
