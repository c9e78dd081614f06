// Whatever the page, a worker of it or its service worker tries to send to a computer that the policy does not name: it
// listens, and nothing arrives. The same from a page without a policy does arrive, so that the attempts are real. On our
// own server, and from dist/ on one that sends no headers.

import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { attemptsOfPage, attemptsOfWorker, pageWays } from './fixtures/attempts.ts';
import { type Listener, startListener } from './fixtures/listener.ts';
import { startTestServer } from './fixtures/servers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function openAt(page: Page, url: string): Promise<AppPage> {
  const app = new AppPage(page);
  await page.goto(url);
  await page.waitForFunction(() => window.concentric !== undefined);
  await page.evaluate(() => window.concentric.ready);
  expect(await page.locator('link[rel~=preconnect], link[rel~=dns-prefetch], link[rel~=prefetch]').count()).toBe(0);
  return app;
}

/** From the page and from each of its workers. */
async function sendFromEverywhere(page: Page, { url, stun }: Listener): Promise<void> {
  await page.evaluate(attemptsOfPage, { url, stun });
  // Threads that wait for work answer nobody; the workers of ours do.
  let answered = 0;
  for (const worker of page.workers()) {
    worker.evaluate(attemptsOfWorker, url).then(
      () => answered++,
      () => undefined,
    );
  }
  await expect.poll(() => answered).toBeGreaterThanOrEqual(2);
}

/** What was on its way has arrived when this has: the same browser, the same listener, from a page that may. */
async function untilQuiet(page: Page, plainUrl: string, listener: Listener): Promise<void> {
  await page.goto(plainUrl);
  await page.evaluate((url) => fetch(`${url}/last`, { mode: 'no-cors' }), listener.url);
  await expect.poll(() => listener.arrived).toContain('last');
}

/** No policy bars a link that opens a connection ahead of time: the page has none, and nothing is said on one put into it. */
function expectNothingBut({ arrived, talked }: Listener): void {
  expect(arrived).toEqual(['last']);
  expect(talked()).toBe(1);
}

test('a page without a policy sends in each of the ways', async ({ page }) => {
  const listener = await startListener();
  const plain = await startTestServer({ files: new Map([['a.html', new TextEncoder().encode('<body></body>')]]) });
  await page.goto(`${plain.url}/a.html`);
  await page.evaluate(attemptsOfPage, { url: listener.url, stun: listener.stun });
  for (const way of pageWays) await expect.poll(() => listener.arrived, way).toContain(way);
  await Promise.all([listener.close(), plain.close()]);
});

for (const host of ['our own server', 'a host that sends no headers, under a sub-path']) {
  test(`from ${host} nothing arrives, from the page or from a worker`, async ({ page, baseURL }) => {
    const listener = await startListener();
    const plain = await startTestServer({ files: new Map([['a.html', new TextEncoder().encode('<body></body>')]]) });
    const bare = await startTestServer({ files: root, cors: false });
    const app = await openAt(page, host === 'our own server' ? (baseURL ?? '') : `${bare.url}/dist/index.html`);
    await sendFromEverywhere(page, listener);
    expect(await app.refusalOf('openSlide', `${listener.url}/a.dzi`)).toMatchObject({ code: 'host-not-allowed' });
    expect(await app.refusalOf('loadModel', `${listener.url}/model/`)).toMatchObject({ code: 'host-not-allowed' });
    expect(await page.evaluate(() => typeof RTCPeerConnection)).toBe('undefined');
    await untilQuiet(page, `${plain.url}/a.html`, listener);
    expectNothingBut(listener);
    await Promise.all([listener.close(), plain.close(), bare.close()]);
  });
}

test.describe('with the service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('nothing arrives from it, nor from the page that it serves', async ({ page, context, baseURL }) => {
    const listener = await startListener();
    const plain = await startTestServer({ files: new Map([['a.html', new TextEncoder().encode('<body></body>')]]) });
    await openAt(page, baseURL ?? '');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await openAt(page, `${baseURL}?slide=phantom`);
    const [worker] = context.serviceWorkers();
    expect(worker).toBeDefined();
    await worker?.evaluate(attemptsOfWorker, listener.url);
    await sendFromEverywhere(page, listener);
    await untilQuiet(page, `${plain.url}/a.html`, listener);
    expectNothingBut(listener);
    await Promise.all([listener.close(), plain.close()]);
  });
});
