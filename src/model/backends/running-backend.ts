// What each backend's file gives to backend.ts, and two small tools that they share. Which backends there are stands
// there, not here.

import {
  findBackendFactory,
  type KernelBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import type { Backend } from '../model-info.ts';

/** A backend that runs. */
export interface RunningBackend {
  /** A sentence on how it runs: adapter, threads. */
  readonly detail: string;
  /** Settles with a sentence when the device is gone. */
  readonly lost: Promise<string>;
  /** Takes the device for gone: for whoever finds that it gives up its work before the browser says so. */
  report(reason: string): void;
  /** Largest tensor it holds safely. */
  readonly maxTensorBytes: number;
  /** True where every new shape costs compiled programs. */
  readonly compilesShapes: boolean;
  /** True where tensors lie in main memory, so that reading them costs a copy. */
  readonly inMainMemory: boolean;
  /** WebGPU only. */
  readonly gpu?: SharedDevice;
  close(): void;
}

/** A device that others may give work to, between the backend's own. */
export interface SharedDevice {
  readonly device: GPUDevice;
  /** Submits what the backend has recorded so far. */
  flush(): void;
}

/** A promise that settles only when `report` is called, with what the first call said. */
export function lossSignal(): Pick<RunningBackend, 'lost' | 'report'> {
  let report: (reason: string) => void = () => {};
  const lost = new Promise<string>((resolve) => {
    report = resolve;
  });
  return { lost, report };
}

/** Puts our own instance in the place of the one that the package would make. @throws Error when it does not start. */
export async function installBackend(backend: Backend, instance: KernelBackend): Promise<void> {
  if (findBackendFactory(backend)) removeBackend(backend);
  registerBackend(backend, () => instance);
  if (!(await setBackend(backend))) throw new Error('it did not start');
}
