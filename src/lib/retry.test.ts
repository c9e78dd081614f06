import { expect, test } from 'vitest';
import { isAbort } from './abort.ts';
import { Failure } from './failure.ts';
import { withRetries } from './retry.ts';

const atOnce = { tries: 3, firstPauseMs: 0, random: () => 0 };
const { signal } = new AbortController();

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
