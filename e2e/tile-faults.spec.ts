// Servers in trouble: what passes is tried again and comes by itself, what does not is counted, shown and left unread;
// in no case is anything classified from pixels that are not the slide's.

import { expect, type Page, test } from '@playwright/test';
import { encode } from 'jpeg-js';
import { AppPage, type PlainResult } from './app-page.ts';
import { type Asked, type Fault, startTestServer } from './fixtures/servers.ts';

const region = { x: 2048, y: 2048, width: 640, height: 512 };
const down: Fault = { kind: 'status', status: 503 };
const isTile = ({ path }: Asked) => /\/\d+_\d+\.\w+$/.test(path);
/** A tile of the finest level inside the region. */
const oneTile = ({ path }: Asked) => /\/13\/4_4\.\w+$/.test(path);

/** Opens the phantom from a server whose faults can be changed meanwhile. */
async function openFaulty(page: Page, fault: (asked: Asked) => Fault | null) {
  const state = { fault };
  const server = await startTestServer({ files: 'public/slides/phantom', fault: (asked) => state.fault(asked) });
  const app = new AppPage(page);
  await app.open();
  const quiet = await app.analyse({ region });
  await app.openSlide(`${server.url}/phantom.dzi`);
  const setFault = (next: typeof fault) => {
    state.fault = next;
  };
  return { app, server, quiet, setFault };
}

const otherSize = new Uint8Array(
  encode({ width: 64, height: 64, data: new Uint8Array(4 * 64 * 64).fill(200) }, 80).data,
);

const noFault = () => null;
const trouble = (page: Page) => page.getByText(/of the slide could not be read/);

function expectSame(result: PlainResult, quiet: PlainResult): void {
  expect(result.status).toEqual(quiet.status);
  expect(result.probabilities).toEqual(quiet.probabilities);
}

/** Every cell that was read has the quiet run's numbers, every other has none; answers how many have none. */
function unreadOf(result: PlainResult, quiet: PlainResult): number {
  const classes = result.classNames.length;
  let unread = 0;
  result.status.forEach((status, cell) => {
    const numbers = result.probabilities.slice(cell * classes, (cell + 1) * classes);
    if (status === 2) {
      unread++;
      expect(numbers.every(Number.isNaN)).toBe(true);
    } else {
      expect(status).toBe(quiet.status[cell]);
      // A cell beside unread ones is encoded in another block: equal but for rounding.
      numbers.forEach((value, n) => {
        const wanted = quiet.probabilities[cell * classes + n] ?? Number.NaN;
        if (!Number.isNaN(wanted)) expect(Math.abs(value - wanted)).toBeLessThan(0.02);
      });
    }
  });
  return unread;
}

test('503 first and broken connections: nothing is missing and nothing is said', async ({ page }) => {
  const { app, server, quiet } = await openFaulty(page, (asked) => {
    if (!isTile(asked) || asked.nth > 2) return null;
    return asked.nth === 1 ? down : { kind: 'truncated', bytes: 1000 };
  });
  expectSame(await app.analyse({ region }), quiet);
  await app.settle();
  await expect(trouble(page)).toHaveCount(0);
  await server.close();
});

test('a server that is down: tiles are counted, and come by themselves when it is back', async ({ page }) => {
  const { app, server, setFault } = await openFaulty(page, (asked) => (isTile(asked) ? down : null));
  await expect(trouble(page)).toContainText('will be tried again');
  setFault(noFault);
  await expect(trouble(page)).toHaveCount(0);
  await app.settle();
  const repainted = await middleOf(app);
  await app.openSlide(`${server.url}/phantom.dzi`);
  await expect.poll(async () => repainted.equals(await middleOf(app))).toBe(true);
  await server.close();
});

test('a server that goes down during a run, and offline: the run waits and has every cell', async ({ page }) => {
  test.setTimeout(300_000);
  const { app, server, quiet, setFault } = await openFaulty(page, noFault);
  let asked = 0;
  setFault((request) => (isTile(request) && /\/1[123]\//.test(request.path) && asked++ < 40 ? down : null));
  expectSame(await app.analyse({ region }), quiet);
  expect(asked).toBeGreaterThan(40);
  // Offline, and back: another part of the slide, so that no tile is there yet.
  const elsewhere = { x: 5120, y: 5120, width: 512, height: 512 };
  await page.context().setOffline(true);
  const run = app.analyse({ region: elsewhere });
  await expect(page.getByRole('progressbar', { name: 'Run progress' })).toBeVisible();
  await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(false);
  await page.context().setOffline(false);
  const result = await run;
  expect(result.status.filter((status) => status === 2)).toEqual([]);
  expect(result.status.filter((status) => status === 1).length).toBeGreaterThan(50);
  await server.close();
});

test('offline in the middle of a run, and back: it waits, goes on by itself, and no cell is lost or other', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const { app, server } = await openFaulty(page, noFault);
  const long = { x: 4096, y: 4096, width: 2048, height: 1536 };
  await app.openSlide('phantom');
  const quiet = await app.analyse({ region: long });
  await app.openSlide(`${server.url}/phantom.dzi`);
  // Held until the network is gone, so that the machine's speed does not decide what is left to read.
  const run = page.evaluate(async (region) => {
    const run = window.concentric.analyse({ region });
    const seen: number[] = [];
    run.onProgress(({ done }) => {
      if (done > 0 && Math.max(0, ...seen) === 0) {
        run.pause();
        window.addEventListener('offline', () => run.resume(), { once: true });
      }
      seen.push(done);
    });
    const result = await run.done;
    return {
      seen,
      total: run.progress.total,
      state: result.state,
      status: [...result.status],
      probabilities: [...result.probabilities],
      unread: result.provenance.unread,
    };
  }, long);
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  let refused = 0;
  page.on('requestfailed', (request) => {
    if (isTile({ path: new URL(request.url()).pathname, range: null, nth: 1 })) refused++;
  });
  await page.context().setOffline(true);
  await expect.poll(() => refused).toBeGreaterThan(0);
  const before = server.requests.filter(isTile).length;
  await page.context().setOffline(false);
  const result = await run;
  expect(server.requests.filter(isTile).length).toBeGreaterThan(before);
  expect(result).toMatchObject({ state: 'complete', unread: 0, status: quiet.status });
  expect(Math.max(...result.seen)).toBe(result.total);
  expect(result.seen).toEqual([...result.seen].sort((a, b) => a - b));
  result.probabilities.forEach((value, n) => {
    const wanted = quiet.probabilities[n] ?? Number.NaN;
    if (Number.isNaN(wanted)) expect(value).toBeNaN();
    else expect(Math.abs(value - wanted)).toBeLessThan(2e-5);
  });
  await server.close();
});

test.describe('what does not pass is unread, and only that', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['404', { kind: 'status', status: 404 }],
    ['the page of a portal instead of a picture', { kind: 'content', body: '<html>Sign in</html>', type: 'text/html' }],
    ['half a picture that says it is whole', { kind: 'cut', bytes: 50_000 }],
    ['a picture of another size', { kind: 'content', body: otherSize, type: 'image/jpeg' }],
    ['no leave for other pages', { kind: 'no-cors' }],
    ['403', { kind: 'status', status: 403 }],
    ['a connection that breaks at every try', { kind: 'truncated', bytes: 5000 }],
  ];
  for (const [name, fault] of faults) {
    test(`${name}, for one tile`, async ({ page }) => {
      const { app, server, quiet } = await openFaulty(page, (asked) => (oneTile(asked) ? fault : null));
      const unread = unreadOf(await app.analyse({ region }), quiet);
      expect(unread).toBeGreaterThan(0);
      expect(unread).toBeLessThan(quiet.status.length);
      await expect(page.getByText(/\d+ cells could not be read/)).toBeVisible();
      await app.setView({ x: 2300, y: 2300, magnification: 20 });
      // What may pass is tried again for as long as the slide is open.
      const outlook = fault.kind === 'truncated' ? 'yet and will be tried again' : 'and stays blank';
      await expect(trouble(page)).toContainText(`One tile of the slide could not be read ${outlook}`);
      await server.close();
    });
  }

  test('404 for a whole level', async ({ page }) => {
    const { app, server, quiet } = await openFaulty(page, (asked) =>
      asked.path.includes('/13/') ? { kind: 'status', status: 404 } : null,
    );
    const result = await app.analyse({ region });
    expect(unreadOf(result, quiet)).toBe(quiet.status.filter((status) => status === 1).length);
    await server.close();
  });

  test('404 for every tile', async ({ page }) => {
    const { server } = await openFaulty(page, (asked) => (isTile(asked) ? { kind: 'status', status: 404 } : null));
    await expect(trouble(page)).toContainText(
      /(One tile of the slide could not be read and stays|\d+ tiles of the slide could not be read and stay) blank/,
    );
    const refusals = await page.evaluate(async (region) => {
      const codeOf = (task: Promise<unknown>) =>
        task.then(
          () => 'answered',
          (error: Error & { code?: string }) => error.code,
        );
      const { x, y } = region;
      return [
        await codeOf(window.concentric.classify({ x, y })),
        await codeOf(window.concentric.readCrops({ x, y })),
        await codeOf(window.concentric.analyse({ region }).done),
      ];
    }, region);
    expect(refusals).toEqual(['tile-unavailable', 'tile-unavailable', 'tile-unavailable']);
    await server.close();
  });
});

test('offline while looking, and back: what is missing is counted, and comes without the view being moved', async ({
  page,
}) => {
  const { app, server } = await openFaulty(page, noFault);
  await app.settle();
  await page.context().setOffline(true);
  const view = { x: 6400, y: 6400, magnification: 20 };
  await app.setView(view);
  await expect(trouble(page)).toContainText('will be tried again');
  await page.context().setOffline(false);
  await expect(trouble(page)).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => window.concentric.view())).toMatchObject({ magnification: 20 });
  await app.settle();
  const repainted = await middleOf(app);
  await app.openSlide(`${server.url}/phantom.dzi`);
  await app.setView(view);
  await expect.poll(async () => repainted.equals(await middleOf(app))).toBe(true);
  await server.close();
});

test('a tile that does not come holds up nothing but itself', async ({ page }) => {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { app, server, quiet } = await openFaulty(page, (asked) => (oneTile(asked) ? { kind: 'held', until } : null));
  const elsewhere = await app.classify({ x: 6000, y: 6000 });
  expect(elsewhere.probabilities.length).toBeGreaterThan(1);
  const run = app.analyse({ region });
  await expect.poll(() => server.requests.some(oneTile)).toBe(true);
  letGo();
  expectSame(await run, quiet);
  await server.close();
});

/** What the middle of the slide's canvas shows: notices at its rim come and go. */
async function middleOf(app: AppPage): Promise<Buffer> {
  const box = await app.slide.boundingBox();
  if (box === null) throw new Error('The slide is not on screen.');
  const clip = { x: box.x + box.width / 4, y: box.y + box.height / 4, width: box.width / 2, height: box.height / 2 };
  return app.page.screenshot({ clip });
}
