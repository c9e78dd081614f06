// Click to classify: by mouse, by keyboard and by touch, through the visible interface.

import { expect, type Locator, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

const start = '?x=3000&y=3000&mag=10';

test('a click shows class, certainty, crops and similarity', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.click({ position: { x: 400, y: 300 } });
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(cropsIn(panel)).toHaveCount(3);
  await expect(panel.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  await expect(panel.getByRole('region', { name: 'Similarity across magnifications' })).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});

test('who points sees no frame of the focus; who then takes the keyboard does', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  const isFramed = () =>
    app.slide.evaluate(
      (slide) =>
        getComputedStyle(slide, '::after').content !== 'none' || getComputedStyle(slide).outlineStyle !== 'none',
    );
  await app.slide.click({ position: { x: 400, y: 300 } });
  await expect(app.slide).toBeFocused();
  await expect.poll(isFramed).toBe(false);
  await page.keyboard.press('ArrowRight');
  await expect.poll(isFramed).toBe(true);
});

test('Enter classifies what is under the crosshair', async ({ page }) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(cropsIn(panel)).toHaveCount(3);
  await expect(panel).toContainText(/1\.50? mm across, 1\.50? mm down/);
});

test('the bars of the panel are the numbers of the answer, all magnifications together and each by itself', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  const table = page.getByRole('table', { name: 'Class probabilities' });
  await expect(table).toBeVisible();
  const { classNames, probabilities, perMagnification } = await app.classify({ x: 3000, y: 3000 });
  expect(perMagnification.map(({ spacing }) => spacing)).toEqual([0.5, 1, 2]);
  await expect(table.getByRole('columnheader')).toHaveText(['Together', '20×', '10×', '5×']);
  // One answer is not another's: no column could stand for its neighbour.
  const answers = [probabilities, ...perMagnification.map((one) => one.probabilities)];
  expect(new Set(answers.map((answer) => answer.map((share) => share.toFixed(3)).join())).size).toBe(answers.length);
  const wanted = classNames.map((_, index) => answers.map((answer) => answer[index] ?? Number.NaN));

  const rows = table.getByRole('row').filter({ has: page.getByRole('cell') });
  await expect(rows).toHaveCount(classNames.length);
  const texts = await rows.evaluateAll((found) =>
    found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())),
  );
  // Together with one decimal, each magnification in whole percent; what is next to nothing or to all is said to be so.
  for (const [row, shares] of wanted.entries()) {
    for (const [column, share] of shares.entries()) {
      const [, bound = '', number = ''] = /^([<>]?)([\d.]+)%$/.exec(texts[row]?.[column] ?? '') ?? [];
      const step = column === 0 ? 0.1 : 1;
      const off = Number(number) - 100 * share;
      const where = `row ${row}, column ${column}: ${texts[row]?.[column]} of ${share}`;
      if (bound === '') expect(Math.abs(off), where).toBeLessThanOrEqual(step / 2 + 1e-9);
      else expect(bound === '<' ? off : -off, where).toBeGreaterThan(0);
    }
  }
  const widths = await rows.evaluateAll((found) =>
    found.map((row) =>
      [...row.querySelectorAll('.bar')].map((bar) => {
        const filled = bar.firstElementChild?.getBoundingClientRect().width ?? Number.NaN;
        return filled / bar.getBoundingClientRect().width;
      }),
    ),
  );
  // Bars are laid out to a fraction of a pixel.
  for (const [row, shares] of wanted.entries()) {
    for (const [column, share] of shares.entries()) {
      expect(Math.abs((widths[row]?.[column] ?? Number.NaN) - share), `row ${row}, column ${column}`).toBeLessThan(
        0.01,
      );
    }
  }
  expect(app.consoleErrors).toEqual([]);
});

test('pairs of magnifications are explored with the keyboard alone, and read out with their numbers', async ({
  page,
}) => {
  const app = new AppPage(page);
  await app.open(start);
  await app.slide.focus();
  await page.keyboard.press('Enter');
  const explorer = page.getByRole('region', { name: 'Similarity across magnifications' });
  await expect(explorer).toBeVisible();
  const pair = { fine: 0.5, coarse: 2 };
  const pairs = explorer.getByRole('combobox', { name: 'Magnification pair' });
  await pairs.focus();
  await expect(async () => {
    // A list begins its search anew where letters come slowly.
    await page.keyboard.type('20× (0.5 µm/px) in 5');
    await expect(pairs.getByRole('option', { selected: true })).toHaveText(/^20× \(0\.5 µm\/px\) in 5/, {
      timeout: 5000,
    });
  }).toPass();
  const map = await page.evaluate(async (wanted) => {
    const found = await window.concentric.similarity({ x: 3000, y: 3000 }, wanted);
    return { side: found.width, matrix: [...found.matrix] };
  }, pair);
  const cells = map.side * map.side;
  const said = (value: number | undefined) => (value ?? Number.NaN).toFixed(2).replace('-', '−');
  // The middle cell, then one to the right and one up; rows and columns count from 1.
  await page.keyboard.press('Tab');
  await expect(explorer.getByRole('application', { name: 'Fine field, 20×' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  const text = explorer.locator('[aria-live="polite"]');
  const [row, column] = [Math.floor(map.side / 2) - 1, Math.floor(map.side / 2) + 1];
  await expect(text).toContainText(`Fine field, row ${row + 1}, column ${column + 1}:`);
  const fine = row * map.side + column;
  const toCoarse = Array.from({ length: cells }, (_, coarse) => map.matrix[coarse * cells + fine] ?? Number.NaN);
  const inside = (place: number) => Math.floor(map.side / 2 + (place + 0.5 - map.side / 2) / 4);
  await expect(text).toContainText(`${said(toCoarse[inside(row) * map.side + inside(column)])} with the place`);
  await expect(text).toContainText(`most alike ${said(Math.max(...toCoarse))}`);

  await page.keyboard.press('Tab');
  await expect(explorer.getByRole('application', { name: 'Coarse field, 5×' })).toBeFocused();
  for (let step = 0; step < map.side; step++) {
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
  }
  await expect(text).toContainText('Coarse field, row 1, column 1, outside the fine field');
  const toFine = map.matrix.slice(0, cells);
  await expect(text).toContainText(`${said(Math.max(...toFine))} at most`);
  await page.keyboard.press('Escape');
  await expect(text).toContainText('How alike the whole fine field is');

  // The colours can span the values there are; the numbers below them say which.
  const numbers = async () =>
    (await explorer.getByRole('figure').locator('.ramp-numbers > span').allTextContents()).map((text) =>
      Number(text.replace(/[≤≥] /, '').replace('−', '-')),
    );
  await expect.poll(numbers).toEqual([-1, 0, 1]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(explorer.getByRole('checkbox', { name: 'Fit colours to the values' })).toBeChecked();
  const sorted = [...map.matrix].sort((a, b) => a - b);
  await expect
    .poll(async () => {
      const [least = Number.NaN, , greatest = Number.NaN] = await numbers();
      const off = (value: number, share: number) => Math.abs(value - (sorted[Math.floor(share * sorted.length)] ?? 2));
      return Math.max(off(least, 0.01), off(greatest, 0.99));
    })
    .toBeLessThanOrEqual(0.01);
});

test.describe('touch', () => {
  test.use({ hasTouch: true });
  test('a tap classifies', async ({ page }) => {
    const app = new AppPage(page);
    await app.open(start);
    await app.slide.tap({ position: { x: 400, y: 300 } });
    await expect(cropsIn(page.getByRole('region', { name: 'Point', exact: true }))).toHaveCount(3);
  });
});

test('the fields’ labels on the slide overlap neither one another nor the names of regions, at any magnification', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const app = new AppPage(page);
  await app.open(start);
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is on screen.');
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.getByRole('button', { name: 'Rectangle', exact: true }).click();
  // Its name stands where the coarsest field's label would.
  await page.mouse.move(centre.x - 100, centre.y - 128);
  await page.mouse.down();
  await page.mouse.move(centre.x + 60, centre.y + 80, { steps: 4 });
  await page.mouse.up();
  await app.slide.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.viewer-marks .frame')).toHaveCount(3);
  const shown = async (selector: string) => {
    const texts = await page.locator(selector).all();
    const visible = await Promise.all(texts.map(async (text) => ((await text.isVisible()) ? [text] : [])));
    return Promise.all(
      visible.flat().map(async (text) => ({ text: await text.textContent(), box: (await text.boundingBox()) ?? box })),
    );
  };
  let labelled = 0;
  for (const name of ['2.5×', '5×', '10×', '20×']) {
    await page.getByRole('group', { name: 'Magnification' }).getByRole('button', { name, exact: true }).click();
    await expect
      .poll(() => page.evaluate(() => window.concentric.view().magnification))
      .toBeCloseTo(Number.parseFloat(name), 6);
    const labels = await shown('.viewer-marks .frame-label');
    const all = [...labels, ...(await shown('.viewer-regions .region-name'))];
    labelled += labels.length;
    const overlaps = all.flatMap((one, k) =>
      all
        .slice(k + 1)
        .filter(
          (other) =>
            one.box.x < other.box.x + other.box.width &&
            other.box.x < one.box.x + one.box.width &&
            one.box.y < other.box.y + other.box.height &&
            other.box.y < one.box.y + one.box.height,
        )
        .map((other) => `${one.text} over ${other.text}`),
    );
    expect(overlaps, `at ${name}`).toEqual([]);
  }
  expect(labelled).toBeGreaterThan(6);
});

function cropsIn(panel: Locator): Locator {
  return panel.getByRole('region', { name: 'What the model was given' }).getByRole('img');
}
