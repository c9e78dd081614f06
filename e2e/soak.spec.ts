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

test('what nobody handles in a worker is heard, so that a soak without it means something', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const names = new Set<string>();
  for (const worker of page.workers()) {
    // Threads that wait for work answer nobody.
    void worker
      .evaluate(() => {
        void Promise.reject(new Error(`rejected in ${self.name}`));
        setTimeout(() => console.error(`said in ${self.name}`), 0);
        return self.name;
      })
      .then((name) => names.add(name))
      .catch(() => undefined);
  }
  for (const name of ['pixels', 'inference']) {
    await expect.poll(() => [...names]).toContain(name);
    await expect.poll(() => app.consoleErrors).toContain(`Error: rejected in ${name}`);
    await expect.poll(() => app.consoleErrors).toContain(`said in ${name}`);
  }
});

test('use without rest, with a server that fails', async ({ page }) => {
  test.setTimeout((minutes + 4) * 60_000);
  const gate = { faulty: false };
  const { server, state } = await startSoakServer('public/slides/phantom', seed, () => gate.faulty);
  const app = new AppPage(page);
  await page.addInitScript(countBlobUrls);
  await app.open();
  const begin = Date.now();
  const end = begin + minutes * 60_000;
  const isOver = (steps: number) => (minutes > 0 ? Date.now() > end : steps >= shortSteps);
  const report = await soak(app, server, seed, isOver, (faulty) => {
    gate.faulty = faulty;
  });
  const took = Date.now() - begin;
  const faultsByQuarter = [0, 1, 2, 3].map(
    (quarter) => state.faults.filter((when) => Math.floor((4 * (when - begin)) / took) === quarter).length,
  );
  console.log(`seed ${seed}: ${JSON.stringify({ ...report, faults: state.faults.length, faultsByQuarter })}`);
  expect(report.runsCompared).toBeGreaterThan(3);
  expect(state.faults.length).toBeGreaterThan(3);
  // Quiet runs come first, so that a short soak has its faults late.
  if (minutes >= 3) for (const faults of faultsByQuarter.slice(1)) expect(faults).toBeGreaterThan(0);
  await server.close();
});
