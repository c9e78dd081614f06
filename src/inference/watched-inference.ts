// The page's side of inference, whichever worker does it. A worker that hangs while it starts further threads is ended and
// another takes its place, which stays on one thread: it loads the model that was there, and what was waiting is asked
// again. Only what a run had under way is lost to it; its cells so far hold.

import { isAbort } from '../lib/abort.ts';
import type { Client } from '../lib/worker-call.ts';
import type { InferenceCalls, InferenceEvents } from './inference.contract.ts';
import type { InferenceClient, InferenceWorker } from './inference-client.ts';

/** Longer than the worker itself gives its threads, which is the gentler way out. */
const startLimitMs = 20_000;

const goesOnAlone =
  'The browser did not start the threads that the model computes with. It goes on with one thread, more slowly. ' +
  'Close the browser’s developer tools and reload the page to try again.';

type Name = keyof InferenceCalls;

/** A call that has no answer yet. */
interface Asked {
  readonly name: Name;
  readonly argument: unknown;
  readonly options: Parameters<InferenceClient['call']>[2];
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** `openPort` opens a port to the pixels worker for each inference worker that `start` makes. */
export function watchInference(
  start: () => InferenceWorker,
  openPort: () => Promise<MessagePort>,
  limitMs = startLimitMs,
): InferenceClient {
  const waiting = new Set<Asked>();
  /** Runs that were planned and have not ended. */
  const running = new Set<number>();
  const listeners: { [K in keyof InferenceEvents]?: Set<(value: InferenceEvents[K]) => void> } = {};
  let model: Parameters<InferenceCalls['loadModel']>[0] | null = null;
  let limit: ReturnType<typeof setTimeout> | undefined;
  let worker = begin(false);

  function begin(alone: boolean): InferenceWorker & { readonly connected: Promise<unknown> } {
    const made = start();
    const pass = <K extends keyof InferenceEvents>(name: K) =>
      made.client.on(name, (value) => {
        if (worker.client === made.client) tell(name, value);
      });
    pass('cells');
    pass('preliminary');
    pass('notice');
    made.client.on('finished', ({ runId }) => running.delete(runId));
    pass('finished');
    made.client.on('threads', ({ pending }) => {
      clearTimeout(limit);
      if (pending) limit = setTimeout(() => void replace(), limitMs);
    });
    const connected = openPort().then((port) =>
      made.client.call('connectPixels', { port, alone }, { transfer: [port] }),
    );
    connected.catch(() => undefined);
    return { ...made, connected };
  }

  function tell<K extends keyof InferenceEvents>(name: K, value: InferenceEvents[K]): void {
    for (const listener of listeners[name] ?? []) listener(value);
  }

  async function replace(): Promise<void> {
    worker.terminate();
    worker = begin(true);
    const { client, connected } = worker;
    tell('notice', { message: goesOnAlone });
    for (const runId of running) {
      const failure = { code: 'device-lost', message: 'The run was interrupted. Start it again: its cells are kept.' };
      tell('finished', { runId, state: 'failed', failure });
    }
    running.clear();
    const again = [...waiting];
    await connected.catch(() => undefined);
    if (model !== null) await client.call('loadModel', model).catch(() => undefined);
    const loads = again.filter(({ name }) => name === 'loadModel');
    await Promise.all(loads.map(send));
    for (const asked of again) if (asked.name !== 'loadModel') void send(asked);
  }

  /** Settles `asked` with the answer, unless its worker is replaced meanwhile. Never rejects. */
  async function send(asked: Asked): Promise<void> {
    if (!waiting.has(asked)) return;
    const { client } = worker;
    const settle = (how: () => void) => {
      if (worker.client !== client || !waiting.delete(asked)) return;
      how();
    };
    try {
      const value = await client.call(asked.name, asked.argument as never, asked.options);
      settle(() => {
        if (asked.name === 'loadModel') model = asked.argument as typeof model;
        if (asked.name === 'startRun') running.add((asked.argument as { runId: number }).runId);
        asked.resolve(value as never);
      });
    } catch (error) {
      // Whoever gave up does not care which worker it was.
      if (isAbort(error) && waiting.delete(asked)) asked.reject(error);
      else settle(() => asked.reject(error));
    }
  }

  const client: Client<InferenceCalls, InferenceEvents> = {
    call: (name, argument, options = {}) =>
      new Promise((resolve, reject) => {
        const asked = { name, argument, options, resolve, reject };
        waiting.add(asked);
        void send(asked);
      }),
    fail: (error) => worker.client.fail(error),
    on(name, listener) {
      const set: Set<typeof listener> = listeners[name] ?? new Set();
      Object.assign(listeners, { [name]: set });
      set.add(listener);
      return () => set.delete(listener);
    },
  };
  return client;
}
