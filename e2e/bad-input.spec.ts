// Bad input: each time a clear sentence with a code, and what was open stays open and usable.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { damagedSlides } from './fixtures/damaged-others.ts';
import { damagedTiffs } from './fixtures/damaged-tiffs.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { startTestServer, type TestServerOptions } from './fixtures/servers.ts';

const text = (content: string) => new TextEncoder().encode(content);
const dzi = text(
  '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="1" TileSize="254"><Size Width="3000" Height="2000"/></Image>',
);

test.describe('slides that cannot be opened', () => {
  const cases: readonly { name: string; code: string; says: RegExp; path: string; server: TestServerOptions }[] = [
    { name: 'no such link', code: 'not-found', says: /not|no /i, path: 'a.svs', server: { files: new Map() } },
    {
      name: 'not a slide',
      code: 'not-a-slide',
      says: /slide/i,
      path: 'a.svs',
      server: { files: new Map([['a.svs', text('Dear pathologist, this is a letter and no slide at all.')]]) },
    },
    {
      name: 'no CORS',
      code: 'cors',
      says: /Access-Control-Allow-Origin|other (pages|sites|origins)|CORS/i,
      path: 'a.dzi',
      server: { files: new Map([['a.dzi', dzi]]), cors: false },
    },
  ];
  for (const { name, code, says, path, server } of cases) {
    test(name, async ({ page }) => {
      const app = new AppPage(page);
      const running = await startTestServer(server);
      await app.open();
      const refusal = await app.refusalOf('openSlide', `${running.url}/${path}`);
      await running.close();
      expect(refusal).toEqual({ code, message: expect.stringMatching(says) });
      await stillWorks(app);
    });
  }

  test('a truncated TIFF', async ({ page }) => {
    test.skip(!hasData, missingData);
    const whole = readFileSync(dataFile('slides/CMU-1-Small-Region.svs'));
    const running = await startTestServer({ files: new Map([['cut.svs', whole.subarray(0, 20_000)]]) });
    const app = new AppPage(page);
    await app.open();
    const refusal = await app.refusalOf('openSlide', `${running.url}/cut.svs`);
    await running.close();
    expect(refusal).toEqual({ code: 'damaged', message: expect.stringMatching(/cut|truncated|damaged|incomplete/i) });
    await stillWorks(app);
  });

  test('damaged slides: each ends in a code soon, and the slide before is still there', async ({ page }) => {
    test.setTimeout(480_000);
    const app = new AppPage(page);
    await app.open();
    // What only a browser's own decoder can fall for must be refused; other damage may be a changed pixel, which is a pixel.
    const isBomb = (name: string) => /^a (JPEG|WebP)|bomb|huge-picture|pixels-of/.test(name);
    const slides = [...damagedTiffs(), ...(await damagedSlides())];
    expect(slides.length).toBeGreaterThan(200);
    for (const { name, bytes } of slides) {
      const { opened, code, took } = await openAndRead(page, /\.\w+$/.test(name) ? name : 'damaged.tif', bytes);
      const codes = [
        'damaged',
        'unsupported-format',
        'not-a-slide',
        'tile-unavailable',
        ...(isBomb(name) ? [] : ['read']),
      ];
      expect(codes, name).toContain(code);
      expect(took, name).toBeLessThan(5000);
      if (opened) await app.openSlide('phantom');
      else expect(await page.evaluate(() => window.concentric.slide()?.id), name).toBe('phantom');
    }
    await stillWorks(app);
    expect((await app.stats()).tileBytes).toBeLessThan(384 * 2 ** 20);
  });

  test('a host that is not allowed', async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    const refusal = await app.refusalOf('openSlide', 'https://slides.example.org/a.dzi');
    expect(refusal).toEqual({ code: 'host-not-allowed', message: expect.stringContaining('slides.example.org') });
    await stillWorks(app);
  });
});

test('a Deep Zoom whose tiles are all missing opens, says so, and classifies nothing', async ({ page }) => {
  const running = await startTestServer({ files: new Map([['a.dzi', dzi]]) });
  const app = new AppPage(page);
  await app.open();
  await page.evaluate((url) => window.concentric.openSlide(url, { mpp: 0.5 }), `${running.url}/a.dzi`);
  await expect(page.getByText(/tiles? .*could not be read/)).toBeVisible();
  const refusal = await page.evaluate(() =>
    window.concentric.classify({ x: 1500, y: 1000 }).then(
      () => null,
      (error: Error & { code: string }) => error.code,
    ),
  );
  expect(refusal).toBe('tile-unavailable');
  await running.close();
});

test('a slide without a scale asks for it, and classifies once it is typed', async ({ page }) => {
  const app = new AppPage(page);
  const phantom = await startTestServer({
    files: 'public/slides/phantom',
    fault: ({ path }) => (path.endsWith('vips-properties.xml') ? { kind: 'status', status: 404 } : null),
  });
  await app.open();
  const info = await app.openSlide(`${phantom.url}/phantom.dzi`);
  expect(info.mpp).toBeNull();
  await app.slide.click({ position: { x: 450, y: 400 } });
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(panel).toContainText(/scale|micrometres/i);
  await page.getByRole('region', { name: 'Scale not known' }).getByRole('button', { name: 'Set scale…' }).click();
  await page.getByRole('textbox', { name: 'Micrometres per pixel' }).fill('0.5');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => page.evaluate(() => window.concentric.slide()?.mppSource)).toBe('user');
  await app.slide.click({ position: { x: 450, y: 400 } });
  await expect(panel.getByRole('region', { name: 'What the model was given' }).getByRole('img')).toHaveCount(3);
  await phantom.close();
});

test('a model finer than the slide is refused', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await page.evaluate(() => window.concentric.openSlide('phantom', { mpp: 2 }));
  const refusal = await page.evaluate(() =>
    window.concentric.classify({ x: 3000, y: 3000 }).then(
      () => null,
      (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
    ),
  );
  expect(refusal).toEqual({ code: 'spacing-too-fine', message: expect.stringContaining('0.5') });
});

test('a model folder with a wrong hash is refused and the model before stays', async ({ page }) => {
  const running = await startTestServer({
    files: 'public/models/phantom',
  });
  const tampered = await startTestServer({
    files: tamperedModel(),
  });
  const app = new AppPage(page);
  await app.open();
  expect(await app.refusalOf('loadModel', `${tampered.url}/`)).toEqual({
    code: 'model-hash',
    message: expect.stringContaining('.bin'),
  });
  expect(await app.refusalOf('loadModel', 'no-such-model')).toMatchObject({ code: 'model-not-found' });
  await stillWorks(app);
  expect(await app.refusalOf('loadModel', `${running.url}/`)).toBeNull();
  await Promise.all([running.close(), tampered.close()]);
});

function tamperedModel(): Map<string, Uint8Array> {
  const folder = 'public/models/phantom';
  const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
  const files = new Map<string, Uint8Array>([['manifest.json', readFileSync(`${folder}/manifest.json`)]]);
  for (const path of ['golden.json', 'README.md', ...Object.keys(manifest.x_files)]) {
    const bytes = Uint8Array.from(readFileSync(`${folder}/${path}`));
    if (path.endsWith('.bin')) bytes[100] = (bytes[100] ?? 0) ^ 1;
    files.set(path, bytes);
  }
  return files;
}

/** Opens the file as a user would, and reads a field of it where it opens; `took` in ms. */
function openAndRead(page: Page, fileName: string, bytes: Uint8Array<ArrayBuffer>) {
  return page.evaluate(
    async ([name, base64]) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const codeOf = (error: unknown) => String((error as { code?: string }).code ?? error);
      const start = performance.now();
      const done = (opened: boolean, code: string) => ({ opened, code, took: performance.now() - start });
      try {
        await window.concentric.openSlide(new File([data], name), { mpp: 0.5 });
      } catch (error) {
        return done(false, codeOf(error));
      }
      return done(true, await window.concentric.readCrops({ x: 60, y: 60 }).then(() => 'read', codeOf));
    },
    [fileName, Buffer.from(bytes).toString('base64')] as const,
  );
}

async function stillWorks(app: AppPage): Promise<void> {
  expect(await app.page.evaluate(() => window.concentric.slide()?.id)).toBe('phantom');
  const { probabilities } = await app.classify({ x: 3000, y: 3000 });
  expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
}
