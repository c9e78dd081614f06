// Counts what is asked of WebGPU, by wrapping the calls of the browser before any device is made.

export interface GpuCounts {
  pipelines: number;
  dispatches: number;
  submits: number;
}

const counts: GpuCounts = { pipelines: 0, dispatches: 0, submits: 0 };
let counting = false;

/** From the first call on, everything is counted. Gives the counts so far, which go on changing. */
export function countGpu(): GpuCounts {
  if (counting) return counts;
  counting = true;
  wrap(GPUDevice.prototype, 'createComputePipeline', 'pipelines');
  wrap(GPUDevice.prototype, 'createComputePipelineAsync', 'pipelines');
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
  wrap(GPUQueue.prototype, 'submit', 'submits');
  return counts;
}

function wrap<T extends object>(prototype: T, method: keyof T, name: keyof GpuCounts): void {
  const original = prototype[method] as (...args: unknown[]) => unknown;
  const counted = function (this: unknown, ...args: unknown[]) {
    counts[name]++;
    return original.apply(this, args);
  };
  Object.defineProperty(prototype, method, { value: counted, configurable: true, writable: true });
}
