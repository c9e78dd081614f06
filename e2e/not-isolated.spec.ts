// A host that sends no headers, in a browser without our service worker: no threads in WebAssembly. Everything works with
// the same numbers, a run is still spread over further workers, and the model panel says why a click is slower.

import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { startTestServer } from './fixtures/servers.ts';

const region = { x: 2048, y: 2048, width: 1024, height: 1024 };
const at = { x: 3000, y: 3000 };

test('without isolation a click and a run give the same numbers, and the app says what is slower', async ({ page }) => {
  const app = new AppPage(page);
  const model = page.getByRole('region', { name: 'Model' });
  await app.open('?slide=phantom&model=phantom');
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await app.loadModel('phantom', 'wasm');
  const [point, run] = [await app.classify(at), await app.analyse({ region })];

  const server = await startTestServer({ files: fileURLToPath(new URL('..', import.meta.url)), cors: false });
  await app.open('?slide=phantom&model=phantom', `${server.url}/dist/index.html`);
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false);
  await app.loadModel('phantom', 'wasm');
  await expect(model).toContainText('on one thread, because the server does not isolate the page');
  expect((await app.classify(at)).probabilities).toEqual(point.probabilities);
  const again = await app.analyse({ region });
  expect(again.state).toBe('complete');
  expect(again.probabilities).toEqual(run.probabilities);
  // A run goes to further workers, which share no memory and so need no isolation.
  expect(server.requests.some(({ path }) => path.includes('encoder.worker'))).toBe(cpus().length > 1);
  await server.close();
});
