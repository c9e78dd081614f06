// Axe on what goes wrong: cells that could not be read, a run that fails, and each dialog with the error it can have. States
// that last: accessible.spec.ts; states that pass: accessible-waiting.spec.ts.

import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { violations } from './fixtures/axe.ts';
import { type Asked, startTestServer } from './fixtures/servers.ts';
import { beforeWorker } from './fixtures/worker-prelude.ts';

/** A tile of the finest level inside the region that is run on. */
const oneTile = ({ path }: Asked) => /\/13\/4_4\.\w+$/.test(path);
const region = { x: 2048, y: 2048, width: 640, height: 512 };
const junk = (name: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from('{"nothing": 1}') });

/** As in a browser that has no memory left once a run is asked for. */
const noMemoryForRuns = `addEventListener('message', ({ data }) => {
  if (data.name !== 'startRun') return;
  globalThis.Float32Array = class { constructor() { throw new RangeError('Array buffer allocation failed'); } };
});`;

const openDialog = async (page: Page, button: string) => {
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  return page.getByRole('dialog');
};

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing where something went wrong, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(420_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found: Record<string, string[]> = {};
    const look = async (state: string) => {
      found[state] = await violations(page);
    };
    const errors = page.getByRole('alert', { name: 'Errors' });
    const dismiss = async () => {
      await page.keyboard.press('Escape');
      await expect(async () => {
        const close = errors.getByRole('button');
        if ((await close.count()) > 0) await close.first().click({ timeout: 5000 });
        await expect(close).toHaveCount(0, { timeout: 1000 });
      }).toPass();
    };
    const server = await startTestServer({
      files: 'public/slides/phantom',
      fault: (asked) => (oneTile(asked) ? { kind: 'status', status: 404 } : null),
    });
    const app = new AppPage(page);
    await app.open();
    await app.openSlide(`${server.url}/phantom.dzi`);
    await app.setView({ x: 2300, y: 2300, magnification: 10 });
    await app.analyse({ region });
    await expect(page.getByRole('region', { name: 'Legend' })).toContainText('Not read');
    await expect(page.getByRole('button', { name: 'Try these again' })).toBeVisible();
    await look('unread cells');

    let dialog = await openDialog(page, 'Open slide…');
    await dialog.getByLabel('Choose files…').setInputFiles(junk('a.svs'));
    await expect(errors).not.toBeEmpty();
    await look('file that is no slide');
    await dismiss();
    dialog = await openDialog(page, 'Work');
    await dialog.getByLabel('Open a work file…').setInputFiles(junk('a-work.json'));
    await expect(errors).toContainText('a-work.json holds no work');
    await look('file that is no work');
    await dismiss();
    await page.getByLabel('Read GeoJSON…').setInputFiles(junk('a.geojson'));
    await expect(errors).toContainText('no regions that can be read');
    await look('file without regions');
    await dismiss();

    await page.getByRole('button', { name: 'phantom.dzi' }).click();
    dialog = await openDialog(page, 'Change scale…');
    await dialog.getByLabel('Micrometres per pixel', { exact: true }).fill('0');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await expect(dialog.getByRole('alert')).toContainText('above 0');
    await look('scale that is none');
    await page.keyboard.press('Escape');

    await page.route('**/models/glas-colon/manifest.json', (route) => route.fulfill({ status: 404 }));
    await beforeWorker(page, 'inference', noMemoryForRuns);
    await app.open('?x=3000&y=3000&mag=10');
    dialog = await openDialog(page, 'All models…');
    await expect(dialog).toContainText('folder can’t be read');
    await look('model that is gone');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Use current view' }).click();
    await page.getByRole('button', { name: 'Run analysis' }).click();
    await expect(page.getByText('The analysis stopped.')).toBeVisible();
    await look('run failed');
    await server.close();
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
  });
}

test('an error on the start page lies beside the ways to open a slide, never over them', async ({ page }) => {
  await page.goto('/?slide=/not-there.svs');
  const error = page.getByRole('alert', { name: 'Errors' }).locator('.notice');
  await expect(error).toContainText('There is nothing at');
  await expect(page.getByRole('button', { name: 'Phantom (made slide)' })).toBeVisible();
  for (const [width, height] of [
    [2560, 1440],
    [1280, 800],
    [1280, 500],
    [700, 500],
    [390, 844],
    [320, 480],
  ] as const) {
    await page.setViewportSize({ width, height });
    const overlap = () =>
      page.evaluate(() => {
        const [notice, card] = ['.notice', '.welcome'].map((of) => document.querySelector(of)?.getBoundingClientRect());
        return notice === undefined || card === undefined ? null : Math.max(0, notice.bottom - card.top);
      });
    await expect.poll(overlap, { message: `${width} by ${height} px` }).toBe(0);
  }
});
