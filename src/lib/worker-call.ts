// Typed calls between threads: one side serves a table of functions, the other calls them by name over any message port.
// Carries results, failures with their code, aborts, transferred buffers and events. It knows nothing of what is called.

import { abortError } from './abort.ts';
import { Failure, type FailureCode } from './failure.ts';

/** What a Worker, a MessagePort and a worker's own global scope have in common. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** A contract: call names to functions of one argument. Both sides share the type; nothing of it exists at run time. */
// biome-ignore lint/suspicious/noExplicitAny: the constraint must accept every argument type
export type Calls = Record<string, (argument: any) => unknown>;

export interface CallContext<Events> {
  /** Aborted when the caller gave up. */
  readonly signal: AbortSignal;
  /** Sends an event to the caller's side of this port. */
  emit<K extends keyof Events>(name: K, value: Events[K], transfer?: Transferable[]): void;
}

export type Handlers<C extends Calls, Events> = {
  [K in keyof C]: (
    argument: Parameters<C[K]>[0],
    context: CallContext<Events>,
  ) => MaybeTransferred<ReturnType<C[K]>> | Promise<MaybeTransferred<ReturnType<C[K]>>>;
};

/** A result together with the buffers to move, not copy. */
export class Transferred<T> {
  readonly value: T;
  readonly transfer: Transferable[];

  constructor(value: T, transfer: Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

type MaybeTransferred<T> = T | Transferred<T>;

export interface Client<C extends Calls, Events> {
  /** Calls `name` on the other side. Rejects with the other side's failure, or an AbortError once `signal` aborts. */
  call<K extends keyof C & string>(
    name: K,
    argument: Parameters<C[K]>[0],
    options?: { signal?: AbortSignal | undefined; transfer?: Transferable[] },
  ): Promise<ReturnType<C[K]>>;
  /** Ends everything: what waits is rejected with `error`, and so is every later call. For a worker that died. */
  fail(error: Error): void;
  /** Listens to events of the other side; returns the function that stops listening. */
  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void): () => void;
}

type Message =
  | { kind: 'call'; id: number; name: string; argument: unknown }
  | { kind: 'abort'; id: number }
  | { kind: 'result'; id: number; value: unknown }
  | {
      kind: 'error';
      id: number;
      name: string;
      message: string;
      code?: FailureCode;
      mayPass?: boolean;
      stack?: string | undefined;
    }
  | { kind: 'event'; name: PropertyKey; value: unknown };

/** Serves `handlers` on `endpoint` until the port closes. */
export function serveCalls<C extends Calls, Events>(endpoint: Endpoint, handlers: Handlers<C, Events>): void {
  const running = new Map<number, AbortController>();
  const post = (message: Message, transfer: Transferable[] = []) => endpoint.postMessage(message, transfer);
  endpoint.addEventListener('message', async (event: MessageEvent) => {
    const message = event.data as Message;
    if (message.kind === 'abort') running.get(message.id)?.abort();
    if (message.kind !== 'call') return;
    const controller = new AbortController();
    running.set(message.id, controller);
    const handler = handlers[message.name];
    try {
      if (handler === undefined) throw new Error(`Nothing serves the call "${message.name}".`);
      const answer = await handler(message.argument as Parameters<C[string]>[0], {
        signal: controller.signal,
        emit: (name, value, transfer = []) => post({ kind: 'event', name, value }, transfer),
      });
      if (answer instanceof Transferred) post({ kind: 'result', id: message.id, value: answer.value }, answer.transfer);
      else post({ kind: 'result', id: message.id, value: answer });
    } catch (error) {
      post(describeError(message.id, error));
    } finally {
      running.delete(message.id);
    }
  });
}

function describeError(id: number, error: unknown): Message {
  if (error instanceof Failure)
    return { kind: 'error', id, name: error.name, message: error.message, code: error.code, mayPass: error.mayPass };
  const known = error instanceof Error ? error : new Error(String(error));
  return { kind: 'error', id, name: known.name, message: known.message, stack: known.stack };
}

function reviveError(message: Extract<Message, { kind: 'error' }>): Error {
  if (message.code !== undefined) {
    return new Failure(message.code, message.message, { mayPass: message.mayPass === true });
  }
  if (message.name === 'AbortError') return abortError();
  const error = new Error(message.message);
  error.name = message.name;
  if (message.stack !== undefined) error.stack = message.stack;
  return error;
}

/** A result that came after its caller gave up: an ImageBitmap must not wait for the garbage collector. */
function closeUnclaimed(value: unknown): void {
  if (typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function')
    value.close();
}

/** The calling side of a port that `serveCalls` serves. */
export function connectCalls<C extends Calls, Events>(endpoint: Endpoint): Client<C, Events> {
  let nextId = 1;
  let failure: Error | null = null;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<PropertyKey, Set<(value: never) => void>>();
  endpoint.addEventListener('message', (event: MessageEvent) => {
    const message = event.data as Message;
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.value as never);
    } else if (message.kind === 'result') {
      const caller = waiting.get(message.id);
      if (caller === undefined) closeUnclaimed(message.value);
      else caller.resolve(message.value);
      waiting.delete(message.id);
    } else if (message.kind === 'error') {
      waiting.get(message.id)?.reject(reviveError(message));
      waiting.delete(message.id);
    }
  });
  return {
    call(name, argument, { signal, transfer = [] } = {}) {
      if (signal?.aborted) return Promise.reject(abortError());
      if (failure !== null) return Promise.reject(failure);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          endpoint.postMessage({ kind: 'abort', id } satisfies Message, []);
          waiting.delete(id);
          reject(abortError());
        };
        const settle = <A extends unknown[]>(then: (...values: A) => void) => {
          return (...values: A) => {
            signal?.removeEventListener('abort', onAbort);
            then(...values);
          };
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.set(id, { resolve: settle(resolve as (value: unknown) => void), reject: settle(reject) });
        endpoint.postMessage({ kind: 'call', id, name, argument } satisfies Message, transfer);
      });
    },
    fail(error) {
      failure = error;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as (value: never) => void);
      return () => set.delete(listener as (value: never) => void);
    },
  };
}
