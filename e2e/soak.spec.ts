// Endurance: seeded use with faults, results as in quiet runs, nothing left behind. A short one on every change; for a
// longer one `npm run soak -- --minutes 10`.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { countBlobUrls } from './fixtures/blob-urls.ts';
import { soak, startSoakServer } from './soak/soak.ts';

const minutes = Number(process.env.CONCENTRIC_SOAK_MINUTES ?? 0);
const seed = Number(process.env.CONCENTRIC_SOAK_SEED ?? 1);
/** Each kind of step once, and some in an order of their own. */
const shortSteps = 24;

test('use without rest, with a server that fails', async ({ page }) => {
  test.setTimeout((minutes + 4) * 60_000);
  const gate = { faulty: false };
  const { server, state } = await startSoakServer('public/slides/phantom', seed, () => gate.faulty);
  const app = new AppPage(page);
  await page.addInitScript(countBlobUrls);
  await app.open();
  const end = Date.now() + minutes * 60_000;
  const isOver = (steps: number) => (minutes > 0 ? Date.now() > end : steps >= shortSteps);
  const report = await soak(app, server, seed, isOver, (faulty) => {
    gate.faulty = faulty;
  });
  console.log(`seed ${seed}: ${JSON.stringify({ ...report, faults: state.faults })}`);
  expect(report.runsCompared).toBeGreaterThan(3);
  expect(state.faults).toBeGreaterThan(3);
  await server.close();
});
