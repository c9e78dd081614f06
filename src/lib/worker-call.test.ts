import { afterEach, expect, test } from 'vitest';
import { Failure } from './failure.ts';
import { connectCalls, serveCalls, Transferred } from './worker-call.ts';

type TestCalls = {
  double(argument: number): number;
  fails(argument: string): never;
  bytes(argument: number): Uint8Array;
  waits(argument: undefined): void;
};

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function connect(onAbort: () => void = () => {}) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serveCalls<TestCalls, { tick: number }>(port1, {
    double: (value, { emit }) => {
      emit('tick', value);
      return 2 * value;
    },
    fails: (message) => {
      throw new Failure('damaged', message);
    },
    bytes: (length) => {
      const data = new Uint8Array(length).fill(7);
      return new Transferred(data, [data.buffer]);
    },
    waits: (_, { signal }) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          onAbort();
          reject(signal.reason);
        });
      }),
  });
  port1.start();
  port2.start();
  return connectCalls<TestCalls, { tick: number }>(port2);
}

test('carries results, events and moved buffers', async () => {
  const client = connect();
  const ticks: number[] = [];
  client.on('tick', (value) => ticks.push(value));
  expect(await client.call('double', 21)).toBe(42);
  expect(ticks).toEqual([21]);
  expect([...(await client.call('bytes', 3))]).toEqual([7, 7, 7]);
});

test('carries failures with their code', async () => {
  await expect(connect().call('fails', 'The file is cut short.')).rejects.toMatchObject({
    name: 'Failure',
    code: 'damaged',
    message: 'The file is cut short.',
  });
});

test('an abort reaches the other side', async () => {
  const controller = new AbortController();
  const reached = new Promise<void>((resolve) => {
    const call = connect(resolve).call('waits', undefined, { signal: controller.signal });
    call.catch((error: Error) => expect(error.name).toBe('AbortError'));
  });
  controller.abort();
  await reached;
});

test('a dead worker fails what waits and what comes', async () => {
  const client = connect();
  const waiting = client.call('waits', undefined);
  client.fail(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(client.call('double', 1)).rejects.toThrow('gone');
});
