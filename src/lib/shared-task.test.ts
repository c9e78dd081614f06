import { expect, test } from 'vitest';
import { SharedTask } from './shared-task.ts';

function task() {
  let resolve: (value: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  const signals: AbortSignal[] = [];
  const shared = new SharedTask((signal) => {
    signals.push(signal);
    return promise;
  });
  return {
    shared,
    resolve: (value: string) => resolve(value),
    reject: (error: Error) => reject(error),
    aborted: () => signals[0]?.aborted,
    starts: () => signals.length,
  };
}

test('works once for all takers', async () => {
  const { shared, resolve, starts } = task();
  const takers = [shared.join(), shared.join(new AbortController().signal)];
  resolve('done');
  expect(await Promise.all(takers)).toEqual(['done', 'done']);
  expect(await shared.join()).toBe('done');
  expect(starts()).toBe(1);
});

test('goes on until the last taker leaves', async () => {
  const { shared, aborted } = task();
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [shared.join(first.signal), shared.join(second.signal)];
  first.abort();
  await expect(waiting[0]).rejects.toMatchObject({ name: 'AbortError' });
  expect(aborted()).toBe(false);
  second.abort();
  await expect(waiting[1]).rejects.toMatchObject({ name: 'AbortError' });
  expect([aborted(), shared.abandoned]).toEqual([true, true]);
});

test('stops when its only taker had left before it joined', async () => {
  const { shared, aborted } = task();
  await expect(shared.join(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  expect(aborted()).toBe(true);
});

test('tells every taker of a failure', async () => {
  const { shared, reject } = task();
  const takers = [shared.join(new AbortController().signal), shared.join()];
  reject(new Error('broken'));
  for (const taker of takers) await expect(taker).rejects.toThrow('broken');
});
