// The network policy binds the page, on our own server and on one that sends no headers at all, and nobody else is asked
// for anything while local files are looked at. That nothing can be sent is nothing-leaves.spec.ts.

import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { type LabelledSlide, labelledSvs } from './fixtures/label-slides.ts';
import { startTestServer } from './fixtures/servers.ts';

const foreign = 'https://slides.example.org/a.dzi';
const root = fileURLToPath(new URL('..', import.meta.url));

/** What leaves the browser for another place than this computer. */
function watchForeign(app: AppPage): string[] {
  const seen: string[] = [];
  app.page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && !['localhost', '127.0.0.1'].includes(hostname)) seen.push(request.url());
  });
  return seen;
}

test('our server isolates the page, and the page asks nobody else', async ({ page }) => {
  const app = new AppPage(page);
  const seen = watchForeign(app);
  await app.open();
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  expect(app.consoleErrors).toEqual([]);
  expect(await app.refusalOf('openSlide', foreign)).toMatchObject({ code: 'host-not-allowed' });
  expect(seen).toEqual([]);
});

test('a page of our server can not fetch, frame or load from elsewhere', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await page.evaluate((url) => {
    const image = new Image();
    const frame = document.createElement('iframe');
    const script = document.createElement('script');
    Object.assign(window, { blocked: [] });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      (window as unknown as { blocked: string[] }).blocked.push(effectiveDirective);
    });
    image.src = url;
    frame.src = url;
    script.src = url;
    document.body.append(frame, script);
    fetch(url).catch(() => undefined);
  }, foreign);
  // Header and element both bar it, so each is told twice.
  const blocked = () => page.evaluate(() => [...new Set((window as unknown as { blocked: string[] }).blocked)].sort());
  await expect.poll(blocked).toEqual(['connect-src', 'frame-src', 'img-src', 'script-src-elem']);
});

test('on a host without headers, under a sub-path, the page brings its policy and its workers keep it', async ({
  page,
}) => {
  const server = await startTestServer({ files: root, cors: false });
  const app = new AppPage(page);
  const seen = watchForeign(app);
  await page.goto(`${server.url}/dist/index.html`);
  await page.waitForFunction(() => window.concentric !== undefined);
  await page.evaluate(() => window.concentric.ready);
  expect(await page.evaluate(() => window.concentric.slide()?.id)).toBe('phantom');
  expect(await app.refusalOf('openSlide', foreign)).toMatchObject({ code: 'host-not-allowed' });
  expect(seen).toEqual([]);
  await server.close();
});

const localSlides = [
  { kind: 'made', file: () => payloadOf(labelledSvs()) },
  { kind: 'real', file: () => dataFile('slides/CMU-1-Small-Region.svs') },
] as const;

for (const { kind, file } of localSlides) {
  test(`nobody but the page’s own server is asked for anything while a ${kind} local slide is looked at`, async ({
    page,
  }) => {
    test.skip(kind === 'real' && !hasData, missingData);
    const app = new AppPage(page);
    const asked: string[] = [];
    page.context().on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
    page.on('websocket', (socket) => asked.push(`socket ${socket.url()}`));
    const warnings = policyWarnings(page);
    await app.open();
    const known = asked.length;
    await app.openFiles(file());
    await page.waitForFunction(() => window.concentric.slide()?.name.endsWith('.svs'));
    await app.loadModel('glas-colon');
    await app.slide.click({ position: { x: 400, y: 300 } });
    await expect(page.getByRole('region', { name: 'What the model was given' }).getByRole('img')).toHaveCount(3);
    await app.analyse({ region: { x: 400, y: 400, width: 600, height: 500 } });
    for (const format of ['geojson', 'csv', 'json'] as const)
      expect((await app.exportText(format)).length).toBeGreaterThan(10);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'Picture…' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'Save PNG' }).click();
    await (await download).path();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'Report…' }).click();
    await expect(page.getByRole('dialog').getByRole('img', { name: /with scale bar/ })).toBeVisible();
    await page.keyboard.press('Escape');
    for (const name of ['Help', 'Privacy', 'All models…', 'Open slide…', 'Work']) {
      await page.getByRole('button', { name, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
    }
    // The work on the slide comes back after a reload, from this browser alone.
    await page.reload();
    await page.waitForFunction(() => window.concentric !== undefined);
    await page.evaluate(() => window.concentric.ready);
    const own = new URL(page.url()).origin;
    expect(asked.length).toBeGreaterThan(known);
    expect(asked.filter((line) => !line.startsWith(`GET ${own}/`) && !/^GET (blob|data):/.test(line))).toEqual([]);
    expect(warnings).toEqual([]);
  });
}

/** As the file picker hands it over. */
function payloadOf({ files: [file] }: LabelledSlide) {
  if (file === undefined) throw new Error('A slide has a file.');
  return { name: file.name, mimeType: '', buffer: Buffer.from(file.bytes) };
}

/** What the browser says of headers that it does not understand. */
function policyWarnings(page: Page): string[] {
  const warnings: string[] = [];
  page.on('console', (message) => {
    if (/permissions.policy|content.security.policy|unrecognized feature/i.test(message.text()))
      warnings.push(message.text());
  });
  return warnings;
}
