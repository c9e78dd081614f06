// Names from elsewhere are words, never markup: a slide's file name, and a model's title, classes, tissue, licence and card,
// each an HTML element that would run script if anything put it into the page as it is.

import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { dataFile } from './fixtures/data.ts';

declare global {
  interface Window {
    /** What ran that must not have. */
    ran?: string[];
  }
}

/** Markup that notes `what` as soon as it is part of a page. */
const markup = (what: string) => `<img src=x onerror="(window.ran??=[]).push('${what}')">${what}`;

/** A copy of the phantom's model whose every word is markup. */
function hostileModel(folder: string): void {
  cpSync('public/models/phantom', folder, { recursive: true });
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.class_names = manifest.class_names.map((name: string) => markup(name));
  for (const key of ['x_title', 'x_tissue', 'x_stain', 'x_license', 'x_training_data_license'])
    manifest[key] = markup(key);
  writeFileSync(path, JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'README.md'),
    `# ${markup('heading')}\n\n${markup('text')}\n\n[link](javascript:ran=['link'])\n`,
  );
}

async function expectWordsOnly(page: Page): Promise<void> {
  expect(await page.locator('img[src="x"], a[href^="javascript:"]').count()).toBe(0);
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
}

test('markup in the names of slide, model and classes is shown as words, on screen and in the report', async ({
  page,
}, testInfo) => {
  const app = new AppPage(page);
  await app.open();
  const folder = testInfo.outputPath('model');
  hostileModel(folder);
  await page.getByText('Use your own model').click();
  await page.getByLabel('Choose model folder…').setInputFiles(folder);
  await expect(page.getByText(markup('x_tissue')).first()).toBeVisible();
  await page.getByText('About this model').click();
  await expect(page.getByText(markup('text')).first()).toBeAttached();
  await expectWordsOnly(page);

  const slide = testInfo.outputPath(`${markup('slide')}.svs`);
  copyFileSync(dataFile('slides/CMU-1-Small-Region.svs'), slide);
  await app.openFiles(slide);
  await expect(page.getByRole('button', { name: markup('slide') })).toBeVisible();
  await app.slide.click({ position: { x: 400, y: 300 } });
  await expect(page.getByRole('table', { name: 'Class probabilities' })).toContainText('<img');
  await expectWordsOnly(page);

  const { region } = await app.analyse({ region: { x: 600, y: 600, width: 400, height: 400 }, step: 'full' });
  await app.setLayer('classes');
  await expect(page.getByText('Complete:')).toBeVisible();
  for (const format of ['geojson', 'csv', 'json'] as const) expect(await app.exportText(format)).toContain('<img');
  expect(region.width).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Report…' }).click();
  await expect(page.getByRole('dialog')).toContainText('<img');
  await expectWordsOnly(page);
  expect(app.consoleErrors).toEqual([]);
});
