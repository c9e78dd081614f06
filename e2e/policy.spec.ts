// The network policy binds the page and its workers, on our own server and on one that sends no headers at all.

import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
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
