// Models that are really too large: gigabytes of weights, declared or only sent, from a server and from disk. Each is
// refused in words before the memory is full, and the page goes on with the model it had.

import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { deviceMemoryGiB } from '../src/lib/device-memory.ts';
import { modelBudgetBytes } from '../src/model/folder/model-budget.ts';
import { AppPage } from './app-page.ts';
import { residentMiB } from './fixtures/resident-memory.ts';
import { startTestServer } from './fixtures/servers.ts';
import { beforeWorker } from './fixtures/worker-prelude.ts';

const MODEL = 'public/models/phantom';
const ENCODER = 'encoder/model.json';
const WEIGHTS = 'encoder/group1-shard1of1.bin';
const GIB = 2 ** 30;
const AT = { x: 3000, y: 3000 };
/** A refusal may take this much more memory than the page had: far less than what was offered. */
const SPARE_MIB = 192;
/** Times its budget that a model may take for a moment, while its files become tensors. */
const PEAK = 2.5;

/** The phantom's model without sums, its encoder with `mebibytes` more of weights that nothing needs. */
function modelWith(mebibytes: number, path: string): Uint8Array {
  const bytes = readFileSync(join(MODEL, path));
  if (path === 'manifest.json') {
    const { x_files: _, ...manifest } = JSON.parse(bytes.toString());
    return Buffer.from(JSON.stringify(manifest));
  }
  if (path !== ENCODER || mebibytes === 0) return bytes;
  const graph = JSON.parse(bytes.toString());
  graph.modelTopology.node.push({
    name: 'more',
    op: 'Const',
    attr: { dtype: { type: 'DT_FLOAT' }, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: {} } } },
  });
  graph.weightsManifest[0].weights.push({ name: 'more', shape: [mebibytes, 512, 512], dtype: 'float32' });
  return Buffer.from(JSON.stringify(graph));
}

/** The same with the weights that it states. */
function padded(mebibytes: number, path: string): Uint8Array {
  const bytes = modelWith(mebibytes, path);
  return path === WEIGHTS ? Buffer.concat([bytes, Buffer.alloc(mebibytes * 2 ** 20)]) : bytes;
}

/** Opens the app on the phantom; what it answers there, and a check that it still does, in little memory. */
async function opened(page: Page, browser: Browser) {
  const app = new AppPage(page);
  await app.open();
  const { probabilities } = await app.classify(AT);
  const beforeMiB = process.platform === 'linux' ? await residentMiB(browser) : null;
  return {
    app,
    async stillAnswers() {
      if (beforeMiB !== null) expect(await residentMiB(browser)).toBeLessThan(beforeMiB + SPARE_MIB);
      expect((await app.classify(AT)).probabilities).toEqual(probabilities);
      expect(app.consoleErrors).toEqual([]);
    },
  };
}

test('a model that states gigabytes is refused before its weights are asked for', async ({ page, browser }) => {
  const { app, stillAnswers } = await opened(page, browser);
  const server = await startTestServer({ files: (path) => modelWith(6144, path) });
  await page.getByText('Use your own model').click();
  await page.getByLabel('Model link').fill(`${server.url}/`);
  await page.getByRole('button', { name: 'Load model' }).click();
  await expect(page.getByRole('alert', { name: 'Errors' })).toContainText(
    /weights take 12 GiB of memory .* a model may take .* here\. .* Use a smaller model/,
  );
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('phantom');
  expect(server.requests.map(({ path }) => path)).toContain(ENCODER);
  expect(server.requests.map(({ path }) => path)).not.toContain(WEIGHTS);
  expect((await app.refusalOf('loadModel', `${server.url}/`))?.code).toBe('out-of-memory');
  await stillAnswers();
  await server.close();
});

test('weights that go on for gigabytes are given up while they come', async ({ page, browser }) => {
  const { app, stillAnswers } = await opened(page, browser);
  const part = Buffer.alloc(1 << 20);
  let sent = 0;
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const path = (request.url ?? '').slice(1);
    if (path !== WEIGHTS) return response.end(modelWith(0, path));
    const more = () => {
      if (response.destroyed || sent >= 4 * GIB) return response.end();
      sent += part.length;
      return response.write(part, more);
    };
    return more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const refusal = await app.refusalOf('loadModel', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(refusal?.code).toBe('model-invalid');
  expect(refusal?.message).toContain(`${WEIGHTS} is longer than it may be`);
  expect(sent).toBeLessThan(GIB / 8);
  await stillAnswers();
  server.close();
  server.closeAllConnections();
});

test('a folder on disk with gigabytes of weights is refused, whether it states them or not', async ({
  page,
  browser,
}) => {
  const { stillAnswers } = await opened(page, browser);
  const root = mkdtempSync(join(tmpdir(), 'concentric-large-'));
  const folder = join(root, 'large');
  cpSync(MODEL, folder, { recursive: true });
  const errors = page.getByRole('alert', { name: 'Errors' });
  await page.getByText('Use your own model').click();
  for (const { stated, sentence } of [
    { stated: 0, sentence: `${WEIGHTS} is longer than it may be` },
    { stated: 5120, sentence: 'weights take 10 GiB of memory' },
  ]) {
    for (const path of ['manifest.json', ENCODER]) writeFileSync(join(folder, path), modelWith(stated, path));
    truncateSync(join(folder, WEIGHTS), 5 * GIB + readFileSync(join(MODEL, WEIGHTS)).length);
    await page.getByLabel('Choose model folder…').setInputFiles(folder);
    await expect(errors).toContainText(sentence);
  }
  await stillAnswers();
  rmSync(root, { recursive: true });
});

test('a model just within its budget loads and answers, in memory that is bounded', async ({ page, browser }) => {
  test.skip(process.platform !== 'linux', 'The memory of a process is read from /proc.');
  const { app } = await opened(page, browser);
  const told = await page.evaluate(() => ('deviceMemory' in navigator ? Number(navigator.deviceMemory) : null));
  const budgetMiB = modelBudgetBytes(deviceMemoryGiB({ deviceMemory: told })) / 2 ** 20;
  const mebibytes = Math.floor(0.45 * budgetMiB);
  const server = await startTestServer({ files: (path) => padded(mebibytes, path) });
  let mostMiB = await residentMiB(browser);
  const limitMiB = mostMiB + PEAK * budgetMiB;
  let going = true;
  const loading = app.refusalOf('loadModel', `${server.url}/`).finally(() => {
    going = false;
  });
  while (going) {
    mostMiB = Math.max(mostMiB, await residentMiB(browser));
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }
  test.info().annotations.push({ type: 'memory', description: `at most ${Math.round(mostMiB)} MiB` });
  expect(await loading).toBeNull();
  expect(mostMiB).toBeLessThan(limitMiB);
  expect((await app.classify(AT)).probabilities).toHaveLength(6);
  expect(app.consoleErrors).toEqual([]);
  await server.close();
});

test('what a model may take goes by the memory of the device', async ({ page }) => {
  await beforeWorker(page, 'inference', "Object.defineProperty(navigator, 'deviceMemory', { value: 1 });");
  const app = new AppPage(page);
  await app.open();
  const server = await startTestServer({
    files: (path) => {
      const [, mebibytes = '0', file = ''] = /^(\d+)\/(.*)$/.exec(path) ?? [];
      return padded(Number(mebibytes), file);
    },
  });
  // Files and tensors: twice the weights. 1 GiB of memory gives a model 128 MiB.
  expect((await app.refusalOf('loadModel', `${server.url}/64/`))?.message).toMatch(
    /128 MiB of memory .* 128 MiB here\. .* a device with more memory\.$/,
  );
  expect(await app.refusalOf('loadModel', `${server.url}/48/`)).toBeNull();
  expect((await app.classify(AT)).probabilities).toHaveLength(6);
  expect(app.consoleErrors).toEqual([]);
  await server.close();
});
