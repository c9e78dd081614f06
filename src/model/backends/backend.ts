// The backends of TF.js, started when asked for and never before: each is a dynamic import of its own file. TF.js keeps
// one current backend for the whole thread, so everything that touches it takes its turn here.

import { engine, findBackend, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';
import type { Backend } from '../model-info.ts';
import type { RuntimeMemory } from '../model-runtime.ts';
import type { DeviceLosses } from './device-losses.ts';
import type { RunningBackend } from './running-backend.ts';

export interface StartOptions {
  /** Of the processor; as many as there are cores when absent. */
  readonly threads?: number | undefined;
}

type Start = (options: StartOptions) => Promise<RunningBackend>;

const starts: Readonly<Record<Backend, () => Promise<{ start: Start }>>> = {
  webgpu: () => import('./backend-webgpu.ts'),
  wasm: () => import('./backend-wasm.ts'),
  webgl: () => import('./backend-webgl.ts'),
  cpu: () => import('./backend-cpu.ts'),
};

/** The running instance of each backend, and how many models use each instance. */
const open = new Map<Backend, RunningBackend>();
const users = new Map<RunningBackend, number>();
let turn: Promise<unknown> = Promise.resolve();

/** Runs `task` alone, with `backend` current. Tasks enqueue work and return; what they await holds up all others. */
export function onBackend<T>(backend: Backend, task: () => T | Promise<T>): Promise<T> {
  return alone(async () => {
    if (getBackend() !== backend) await setBackend(backend);
    return task();
  });
}

function alone<T>(task: () => Promise<T>): Promise<T> {
  const result = turn.then(task);
  turn = result.catch(() => undefined);
  return result;
}

/**
 * Starts the backend, or shares the one that runs. Each acquire wants one `releaseBackend`. `losses` is told once when
 * a device that was started here goes away, whoever used it and whatever for.
 * @throws Failure `backend-unavailable` with the reason.
 */
export function acquireBackend(
  backend: Backend,
  { losses, ...options }: StartOptions & { readonly losses?: DeviceLosses | undefined } = {},
): Promise<RunningBackend> {
  return alone(async () => {
    const running = open.get(backend) ?? (await startBackend(backend, options, losses));
    users.set(running, (users.get(running) ?? 0) + 1);
    return running;
  });
}

async function startBackend(
  backend: Backend,
  options: StartOptions,
  losses: DeviceLosses | undefined,
): Promise<RunningBackend> {
  try {
    const { start } = await starts[backend]();
    const running = await start(options);
    open.set(backend, running);
    // A lost device serves nobody again: the next one to ask gets a new one.
    void running.lost.then(() => {
      losses?.note(backend, performance.now());
      forget(backend, running);
    });
    return running;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new Failure('backend-unavailable', `It could not be started: ${what}.`, { cause: error });
  }
}

/** Gives the backend back; its last user closes it. */
export function releaseBackend(backend: Backend, running: RunningBackend): void {
  const left = (users.get(running) ?? 1) - 1;
  users.set(running, left);
  if (left > 0) return;
  users.delete(running);
  forget(backend, running);
  running.close();
}

function forget(backend: Backend, running: RunningBackend): void {
  if (open.get(backend) === running) open.delete(backend);
}

/** Live tensors of all models of this thread, and what WebGPU and WebGL have allocated. */
export function runtimeMemory(): RuntimeMemory {
  let gpuBytes = 0;
  for (const name of ['webgpu', 'webgl']) {
    const info = findBackend(name)?.memory() as
      | { numBytesAllocatedInGPU?: number; numBytesInGPUAllocated?: number }
      | undefined;
    gpuBytes += info?.numBytesAllocatedInGPU ?? info?.numBytesInGPUAllocated ?? 0;
  }
  return { tensors: engine().state.numTensors, gpuBytes };
}
