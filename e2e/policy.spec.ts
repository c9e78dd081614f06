// The network policy binds the page and its workers, on our own server and on one that sends no headers at all.

import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
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

/** In the pages' own workers; whether it fails is not waited for, since workers that compute answer late. */
const fetchAt = (url: string): void => {
  fetch(url, { mode: 'no-cors' }).catch(() => undefined);
};

/** Everything a page can try to send to `url`, one after the other, each told apart by its path. */
const attempts = async (url: string): Promise<void> => {
  const quietly = (task: Promise<unknown>) => task.then(() => undefined).catch(() => undefined);
  await quietly(fetch(`${url}/fetch`, { mode: 'no-cors' }));
  await quietly(fetch(`${url}/post`, { mode: 'no-cors', method: 'POST', body: 'slide' }));
  navigator.sendBeacon(`${url}/beacon`, 'slide');
  new Image().src = `${url}/image`;
  const frame = document.createElement('iframe');
  frame.name = 'sink';
  const form = Object.assign(document.createElement('form'), { action: `${url}/form`, method: 'post', target: 'sink' });
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${url}/sheet` });
  const script = Object.assign(document.createElement('script'), { src: `${url}/script` });
  document.body.append(frame, form, sheet, script);
  document.body.style.backgroundImage = `url(${url}/background)`;
  form.submit();
  const worker = new Worker(
    URL.createObjectURL(
      new Blob([`fetch('${url}/own-worker', { mode: 'no-cors' }).catch(() => 0).then(() => postMessage(0))`]),
    ),
  );
  await new Promise((resolve) => {
    worker.onmessage = resolve;
    worker.onerror = resolve;
  });
  // What still is on its way has arrived when an image of the page's own has.
  await new Promise((resolve) => {
    const last = new Image();
    last.onload = resolve;
    last.onerror = resolve;
    last.src = URL.createObjectURL(new Blob(['no picture']));
  });
};

test('what the page, its workers, an image or a form would send to a listening host never leaves', async ({ page }) => {
  const listening = await startTestServer({ files: new Map(), address: '127.0.0.2' });
  const plain = await startTestServer({ files: new Map([['a.html', new TextEncoder().encode('<body></body>')]]) });
  // The same from a page without a policy arrives: the attempts are real.
  await page.goto(`${plain.url}/a.html`);
  await page.evaluate(attempts, listening.url);
  const arrived = () => listening.requests.map(({ path }) => path);
  for (const path of ['fetch', 'beacon', 'image', 'form', 'sheet', 'script', 'background', 'own-worker'])
    await expect.poll(arrived, path).toContain(path);
  const before = listening.requests.length;

  const app = new AppPage(page);
  await app.open();
  const sendFromEverywhere = async () => {
    await page.evaluate(attempts, listening.url);
    // Threads that wait for work answer nobody; the workers of ours do.
    let answered = 0;
    for (const worker of page.workers()) {
      worker.evaluate(fetchAt, `${listening.url}/worker`).then(
        () => answered++,
        () => undefined,
      );
    }
    await expect.poll(() => answered).toBeGreaterThanOrEqual(2);
  };
  await sendFromEverywhere();
  expect(await app.refusalOf('openSlide', `${listening.url}/a.dzi`)).toMatchObject({ code: 'host-not-allowed' });
  expect(await app.refusalOf('loadModel', `${listening.url}/model/`)).toMatchObject({ code: 'host-not-allowed' });
  // And on a host that sends no headers, where the policy stands in the page alone.
  const bare = await startTestServer({ files: root, cors: false });
  await page.goto(`${bare.url}/dist/index.html`);
  await page.waitForFunction(() => window.concentric !== undefined);
  await page.evaluate(() => window.concentric.ready);
  await sendFromEverywhere();
  expect(listening.requests.slice(before)).toEqual([]);
  await Promise.all([listening.close(), plain.close(), bare.close()]);
});

test('nobody but the page’s own server is asked for anything while local files are looked at', async ({ page }) => {
  test.setTimeout(120_000);
  const app = new AppPage(page);
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
  const warnings = policyWarnings(page);
  await app.open();
  test.skip(!hasData, missingData);
  const local = dataFile('slides/CMU-1-Small-Region.svs');
  const known = asked.length;
  await app.openFiles(local);
  await page.waitForFunction(() => window.concentric.slide()?.name.endsWith('.svs'));
  await app.loadModel('glas-colon');
  await app.slide.click({ position: { x: 400, y: 300 } });
  await expect(page.getByRole('region', { name: 'What the model was given' }).getByRole('img')).toHaveCount(3);
  await app.analyse({ region: { x: 400, y: 400, width: 600, height: 500 } });
  for (const format of ['geojson', 'csv', 'json'] as const)
    expect((await app.exportText(format)).length).toBeGreaterThan(10);
  const own = new URL(page.url()).origin;
  expect(asked.length).toBeGreaterThan(known);
  expect(asked.filter((line) => !line.startsWith(`GET ${own}/`) && !/^GET (blob|data):/.test(line))).toEqual([]);
  expect(warnings).toEqual([]);
});

/** What the browser says of headers that it does not understand. */
function policyWarnings(page: Page): string[] {
  const warnings: string[] = [];
  page.on('console', (message) => {
    if (/permissions.policy|content.security.policy|unrecognized feature/i.test(message.text()))
      warnings.push(message.text());
  });
  return warnings;
}
