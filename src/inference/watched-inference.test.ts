// A worker that hangs while it starts threads, as it looks from the page: over real ports, with workers of a few lines.

import { expect, test } from 'vitest';
import { connectCalls, type Endpoint, type Handlers, serveCalls } from '../lib/worker-call.ts';
import type { InferenceCalls, InferenceEvents } from './inference.contract.ts';
import type { InferenceWorker } from './inference-client.ts';
import { watchInference } from './watched-inference.ts';

const never = () => new Promise<never>(() => {});

/** Workers in their order, each with what it answers; what they were asked is written down. */
function makeWorkers(answers: readonly ((calls: string[]) => Partial<Handlers<InferenceCalls, InferenceEvents>>)[]) {
  const asked: string[][] = [];
  const ended: number[] = [];
  const ports: MessagePort[] = [];
  const start = (): InferenceWorker => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    const number = asked.push([]) - 1;
    const calls = asked[number] ?? [];
    const own = answers[number]?.(calls) ?? {};
    const connect: Handlers<InferenceCalls, InferenceEvents>['connectPixels'] = ({ alone }) => {
      calls.push(`connectPixels ${alone ? 'alone' : 'with threads'}`);
    };
    serveCalls<InferenceCalls, InferenceEvents>(port1 as Endpoint, { connectPixels: connect, ...own } as never);
    port1.start();
    port2.start();
    const client = connectCalls<InferenceCalls, InferenceEvents>(port2 as Endpoint);
    return { client, terminate: () => ended.push(number) };
  };
  const openPort = async () => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    return port1;
  };
  return {
    start,
    openPort,
    asked,
    ended,
    close: () => {
      for (const port of ports) port.close();
    },
  };
}

const phantom = { origin: { kind: 'url', url: 'http://localhost/models/phantom/' }, id: 'phantom' } as const;
const point = { slide: {} as never, at: { x: 1, y: 2 } };

test('a worker that hangs in the start of threads is replaced, and what waited is asked again after the model', async () => {
  const workers = makeWorkers([
    (calls) => ({
      loadModel: ({ id }, { emit }) => {
        calls.push(`loadModel ${id}`);
        if (id === 'phantom') return { id } as never;
        emit('threads', { pending: true });
        return never();
      },
      classify: never,
    }),
    (calls) => ({
      loadModel: ({ id }) => {
        calls.push(`loadModel ${id}`);
        return { id } as never;
      },
      classify: ({ at }) => {
        calls.push('classify');
        return { at } as never;
      },
    }),
  ]);
  const inference = watchInference(workers.start, workers.openPort, 20);
  const notices: string[] = [];
  inference.on('notice', ({ message }) => notices.push(message));
  await inference.call('loadModel', phantom);
  const answer = inference.call('classify', point);
  const loaded = inference.call('loadModel', { ...phantom, id: 'colon' });
  expect(await loaded).toEqual({ id: 'colon' });
  expect(await answer).toEqual({ at: point.at });
  expect(workers.ended).toEqual([0]);
  expect(workers.asked[1]).toEqual(['connectPixels alone', 'loadModel phantom', 'loadModel colon', 'classify']);
  expect(notices).toHaveLength(1);
  workers.close();
});

test('a run that goes on in the worker that hangs ends as failed, once', async () => {
  const workers = makeWorkers([
    () => ({
      startRun: () => ({}) as never,
      classify: (_, { emit }) => {
        emit('threads', { pending: true });
        return never();
      },
    }),
    () => ({ classify: () => ({}) as never }),
  ]);
  const inference = watchInference(workers.start, workers.openPort, 20);
  const finished: unknown[] = [];
  inference.on('finished', (event) => finished.push(event));
  await inference.call('startRun', { runId: 7, request: {} as never });
  await inference.call('classify', point);
  expect(finished).toMatchObject([{ runId: 7, state: 'failed', failure: { code: 'device-lost' } }]);
  workers.close();
});

test('a start that ends in time replaces nothing; a caller who gives up is let go', async () => {
  const workers = makeWorkers([
    () => ({
      loadModel: ({ id }, { emit }) => {
        emit('threads', { pending: true });
        emit('threads', { pending: false });
        return { id } as never;
      },
      classify: never,
    }),
  ]);
  const inference = watchInference(workers.start, workers.openPort, 20);
  await inference.call('loadModel', phantom);
  const giveUp = new AbortController();
  const answer = inference.call('classify', point, { signal: giveUp.signal });
  giveUp.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(workers.ended).toEqual([]);
  workers.close();
});
