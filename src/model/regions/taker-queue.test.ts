import { expect, test } from 'vitest';
import { Failure } from '../../lib/failure.ts';
import type { RegionJob, TakenRegion, Taker } from './region-taker.ts';
import { type RemoteTaker, TakerQueue } from './taker-queue.ts';

const nothing: TakenRegion = { means: [], embeddings: null, features: null };

function job(column: number): RegionJob {
  return {
    region: { magnification: 0, column, row: 0, columns: 1, rows: 1 },
    raster: { width: 1, height: 1, data: new Uint8Array(4) },
    steps: [1],
  };
}

/** A taker that is done when told; `log` holds what it was given, `name:column`. */
function made(name: string, log: string[]) {
  const open: { resolve(taken: TakenRegion | null): void; reject(error: Error): void }[] = [];
  let become: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const taker: RemoteTaker = {
    ready: new Promise((resolve, reject) => {
      [become, fail] = [resolve, reject];
    }),
    take(given) {
      log.push(`${name}:${given.region.column}`);
      return new Promise((resolve, reject) => open.push({ resolve, reject }));
    },
    breakOff: () => void log.push(`${name} broken off`),
    dispose: () => void log.push(`${name} disposed`),
  };
  const local: Taker = { take: async (given) => (await taker.take(given)) ?? nothing };
  return {
    taker,
    local,
    giveUp: () => open.shift()?.resolve(null),
    become,
    fail,
    finish: () => open.shift()?.resolve(nothing),
    throwError: (error: Error) => open.shift()?.reject(error),
  };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose two threads `a` and `b` are ready. */
async function twoReady() {
  const log: string[] = [];
  const [local, a, b] = [made('local', log), made('a', log), made('b', log)];
  const queue = new TakerQueue(local.local, [a.taker, b.taker]);
  a.become();
  b.become();
  await settle();
  return { log, a, b, queue };
}

test('this thread works until another is ready, and never again', async () => {
  const log: string[] = [];
  const [local, a] = [made('local', log), made('a', log)];
  const queue = new TakerQueue(local.local, [a.taker]);
  for (const column of [0, 1, 2]) void queue.take(job(column));
  expect(log).toEqual(['local:0']);
  a.become();
  await settle();
  expect(log).toEqual(['local:0']); // one thread, one region at a time
  local.finish();
  await settle();
  a.finish();
  await settle();
  expect(log).toEqual(['local:0', 'a:1', 'a:2']);
});

test('calm takes a thread at once: the region that began last is broken off, and the same thread rests until the view does', async () => {
  const { log, a, b, queue } = await twoReady();
  const taken = [0, 1, 2, 3].map((column) => queue.take(job(column)));
  expect(log).toEqual(['a:0', 'b:1']);
  queue.setCalm(true);
  expect(log.splice(0)).toEqual(['a:0', 'b:1', 'b broken off']);
  b.giveUp();
  await settle();
  expect(log).toEqual([]);
  a.finish();
  await settle();
  a.finish();
  await settle();
  expect(log.splice(0)).toEqual(['a:1', 'a:2']);
  queue.setCalm(false);
  expect(log).toEqual(['b:3']);
  b.finish();
  a.finish();
  expect(await Promise.all(taken)).toEqual([nothing, nothing, nothing, nothing]);
});

test('a thread that can’t be reached finishes its region, and then rests', async () => {
  const { log, a, b, queue } = await twoReady();
  for (const column of [0, 1, 2, 3]) void queue.take(job(column));
  queue.setCalm(true);
  b.finish();
  await settle();
  expect(log).toEqual(['a:0', 'b:1', 'b broken off']);
  a.finish();
  await settle();
  expect(log).toHaveLength(4);
});

test('what was begun is broken off when nobody wants it any more', async () => {
  const log: string[] = [];
  const [local, a] = [made('local', log), made('a', log)];
  const queue = new TakerQueue(local.local, [a.taker]);
  a.become();
  await settle();
  const stop = new AbortController();
  const given = queue.take(job(0), stop.signal);
  stop.abort();
  expect(log).toEqual(['a:0', 'a broken off']);
  a.giveUp();
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
});

test('a thread that dies gives its region to the others, and at last to this one', async () => {
  const log: string[] = [];
  const [local, a, b] = [made('local', log), made('a', log), made('b', log)];
  const queue = new TakerQueue(local.local, [a.taker, b.taker]);
  a.become();
  await settle();
  const taken = queue.take(job(7));
  b.fail(new Error('no worker'));
  await settle();
  a.throwError(new Error('The encoder worker failed.'));
  await settle();
  expect(log).toEqual(['a:7', 'b disposed', 'a disposed', 'local:7']);
  local.finish();
  expect(await taken).toBe(nothing);
});

test('a failure of the region is its own, and the thread goes on; what was given up is not begun', async () => {
  const log: string[] = [];
  const [local, a] = [made('local', log), made('a', log)];
  const queue = new TakerQueue(local.local, [a.taker]);
  a.become();
  await settle();
  const stop = new AbortController();
  const full = queue.take(job(0));
  const givenUp = queue.take(job(1), stop.signal);
  const last = queue.take(job(2));
  stop.abort();
  a.throwError(new Failure('out-of-memory', 'Full.'));
  await expect(full).rejects.toMatchObject({ code: 'out-of-memory' });
  await expect(givenUp).rejects.toMatchObject({ name: 'AbortError' });
  a.finish();
  expect(await last).toBe(nothing);
  expect(log).toEqual(['a:0', 'a:2']);
});

test('a graphics device has a second region to compute while the first is read back, and one alone in calm', async () => {
  const log: string[] = [];
  const device = made('device', log);
  const queue = new TakerQueue(device.local, [], 2);
  expect(queue.width).toBe(2);
  const taken = [0, 1, 2, 3].map((column) => queue.take(job(column)));
  await settle();
  expect(log).toEqual(['device:0', 'device:1']);
  queue.setCalm(true);
  device.finish();
  await settle();
  expect(log).toEqual(['device:0', 'device:1']);
  device.finish();
  await settle();
  expect(log).toEqual(['device:0', 'device:1', 'device:2']);
  queue.setCalm(false);
  await settle();
  device.finish();
  device.finish();
  await Promise.all(taken);
  expect(log).toEqual(['device:0', 'device:1', 'device:2', 'device:3']);
});
