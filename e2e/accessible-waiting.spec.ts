// Axe on the states that pass by or wait for the user: a slide that opens, a model that loads, a slide without scale, a run
// held, work kept and a run interrupted, a host that must be allowed, files hovering. The lasting ones: accessible.spec.ts.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { violations } from './fixtures/axe.ts';

/** Holds every request of this pattern until it is let go. */
async function hold(page: Page, pattern: string): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(pattern, async (route) => {
    await released;
    await route.continue().catch(() => {});
  });
  return async () => {
    release();
    await page.unroute(pattern);
  };
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing while things wait, ${colorScheme}`, async ({ context }) => {
    test.setTimeout(300_000);
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found: Record<string, string[]> = {};
    const look = async (state: string, where = page) => {
      found[state] = await violations(where);
    };
    const app = new AppPage(page);

    const letSlide = await hold(page, '**/phantom.dzi');
    await page.goto('/');
    await expect(page.getByText(/^Opening Phantom/).first()).toBeVisible();
    await look('first slide opening');
    await letSlide();
    await app.open('?x=3000&y=3000&mag=10');

    const letSecond = await hold(page, '**/held.json');
    await page.evaluate(() => void window.concentric.openSlide('held.json').catch(() => {}));
    await expect(page.getByText(/stays open until it is ready/)).toBeVisible();
    await look('second slide opening');
    await letSecond();
    await expect(page.getByText(/stays open until it is ready/)).toBeHidden();

    const letModel = await hold(page, '**/models/glas-colon/**');
    await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'Colon glands (GlaS)' });
    await expect(page.getByRole('progressbar', { name: /^Loading Colon glands/ })).toBeVisible();
    await look('model loading');
    await letModel();
    await app.loadModel('phantom');

    await page.getByRole('button', { name: 'Open slide…' }).click();
    await page.getByRole('dialog').getByLabel('Slide link').fill('https://slides.example.org/a.dzi');
    await page.getByRole('button', { name: 'Open link' }).click();
    await expect(page.getByRole('dialog')).toContainText('slides.example.org');
    await look('host asked for');
    await page.keyboard.press('Escape');

    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a'], 'a.svs'));
      document.querySelector('main')?.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer }));
      document
        .querySelector('main')
        ?.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
    });
    await expect(page.getByText('Drop to open')).toBeVisible();
    await look('files over the window');

    // A run held in the middle, and then broken off by closing its tab.
    await app.open('?x=3000&y=3000&mag=10');
    await page.evaluate(() => {
      const run = window.concentric.analyse({ region: { x: 2048, y: 2048, width: 2048, height: 1536 } });
      run.onProgress(({ done, total }) => {
        if (done > total / 3) run.pause();
      });
      run.done.catch(() => {});
    });
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
    await look('run paused');
    const again = await context.newPage();
    await again.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.close();
    await new AppPage(again).open('?x=3000&y=3000&mag=10');
    await expect(again.getByRole('region', { name: 'Interrupted analysis' })).toBeVisible();
    await look('interrupted run', again);

    await again.route('**/vips-properties.xml', (route) => route.fulfill({ status: 404 }));
    await new AppPage(again).open('?slide=slides/phantom/phantom.dzi');
    await expect(again.getByRole('region', { name: 'Scale not known' })).toBeVisible();
    await look('slide without scale', again);
    await again.getByRole('application', { name: 'Slide', exact: true }).click({ position: { x: 300, y: 300 } });
    await expect(again.getByText('This spot could not be classified.')).toBeVisible();
    await look('point without scale', again);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
  });
}
