import { afterEach, expect, test, vi } from 'vitest';
import { isAbort } from './abort.ts';
import { Failure } from './failure.ts';
import { networkRetries, withRetries } from './retry.ts';

const atOnce = { tries: 3, firstPauseMs: 0, random: () => 0 };
const { signal } = new AbortController();

afterEach(() => vi.useRealTimers());

function failing(failures: readonly Error[]) {
  const task = {
    tries: 0,
    async run() {
      const failure = failures[task.tries++];
      if (failure !== undefined) throw failure;
      return 'done';
    },
  };
  return task;
}

test('what fails for a moment succeeds', async () => {
  const task = failing([new Failure('network', '503'), new Failure('network', 'reset')]);
  expect(await withRetries(task.run, atOnce, signal)).toBe('done');
  expect(task.tries).toBe(3);
});

test('the last failure is told when the tries are used up', async () => {
  const task = failing(['first', 'second', 'third', 'fourth'].map((message) => new Failure('network', message)));
  await expect(withRetries(task.run, atOnce, signal)).rejects.toThrow('third');
  expect(task.tries).toBe(3);
});

test.each([new Failure('not-found', 'nothing there'), new TypeError('bug')])('%s is not tried again', async (error) => {
  const task = failing([error]);
  await expect(withRetries(task.run, atOnce, signal)).rejects.toBe(error);
  expect(task.tries).toBe(1);
});

test('an abort ends the pause', async () => {
  const controller = new AbortController();
  const task = failing([new Failure('network', 'down')]);
  const waiting = withRetries(task.run, { ...atOnce, firstPauseMs: 1e6 }, controller.signal);
  await Promise.resolve();
  controller.abort();
  await expect(waiting).rejects.toSatisfy(isAbort);
  expect(task.tries).toBe(1);
});

/** Ms from each failure to the next try of what never succeeds, for clients whose dice say `random`. */
async function pausesFor(random: () => number): Promise<number[]> {
  vi.useFakeTimers({ now: 0 });
  const tried: number[] = [];
  const ended = withRetries(
    () => {
      tried.push(Date.now());
      return Promise.reject(new Failure('network', 'down'));
    },
    { ...networkRetries, random },
    signal,
  ).catch(() => undefined);
  await vi.runAllTimersAsync();
  await ended;
  return tried.slice(1).map((when, index) => when - (tried[index] ?? 0));
}

test('pauses double, and are spread so that clients which failed together don’t come back together', async () => {
  expect(await pausesFor(() => 0.5)).toEqual([250, 500, 1000]);
  expect(await pausesFor(() => 0)).toEqual([125, 250, 500]);
  expect(await pausesFor(() => 0.96)).toEqual([365, 730, 1460]);
  expect(networkRetries.random).toBe(Math.random);
});
