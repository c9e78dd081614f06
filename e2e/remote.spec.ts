// A slide behind a link is opened with few requests: each costs a round trip to a server that may be far away.

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { startTestServer } from './fixtures/servers.ts';

test.skip(!hasData, missingData);

test('CMU-1-Small-Region.svs is all on screen after at most 12 requests and 1.5 MB', async ({ page }) => {
  const name = 'CMU-1-Small-Region.svs';
  const server = await startTestServer({ files: new Map([[name, readFileSync(dataFile(`slides/${name}`))]]) });
  const app = new AppPage(page);
  await app.open();
  const before = await app.stats();
  await app.openSlide(`${server.url}/${name}`);
  // All 130 tiles of its one level.
  await expect.poll(async () => (await app.stats()).tilesUnique - before.tilesUnique).toBe(130);
  await app.settle();
  const after = await app.stats();
  expect(server.requests.length).toBeLessThanOrEqual(12);
  expect(after.bytesFetched - before.bytesFetched).toBeLessThanOrEqual(1.5e6);
  expect(after.tilesDecoded - before.tilesDecoded).toBe(130);
  await server.close();
});
