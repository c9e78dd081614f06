// WebGPU. The adapter and the device are ours, not the package's: so a missing adapter is a sentence instead of a crash,
// a lost device is noticed, and cutting crops on the GPU can share the device.

import { env, findBackend, removeBackend } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';
import { installBackend, lossSignal, type RunningBackend } from './running-backend.ts';

export async function start(): Promise<RunningBackend> {
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  const adapter = (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
  if (adapter === null) {
    throw new Failure(
      'backend-unavailable',
      'this browser offers no GPU adapter. A current browser with its graphics acceleration on has one.',
    );
  }
  // Only after an adapter has answered: without one the package is not even loaded.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const device = await adapter.requestDevice({ requiredLimits: highestLimits(adapter) });
  // Small tensors must not run elsewhere: it would hide a wrong or a dead device.
  env().set('WEBGPU_CPU_FORWARD', false);
  const instance = new WebGPUBackend(device, adapter.info);
  await installBackend('webgpu', instance);
  const { lost, report } = lossSignal();
  let closed = false;
  void device.lost.then(({ message }) => {
    if (!closed) report(message === '' ? 'The graphics device was lost.' : message);
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    // Out of memory leaves tensors of zeros behind; what was computed since can't be trusted.
    if (error instanceof GPUOutOfMemoryError) report(`The graphics memory is full (${error.message}).`);
    else console.error(error.message);
  });
  return {
    detail: `${adapterName(adapter)}.`,
    lost,
    report,
    maxTensorBytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
    compilesShapes: true,
    inMainMemory: false,
    gpu: {
      device,
      flush() {
        instance.ensureCommandEncoderReady();
        instance.endComputePassEncoder();
        instance.submitQueue();
      },
    },
    close() {
      closed = true;
      if (findBackend('webgpu') === instance) removeBackend('webgpu');
      device.destroy();
    },
  };
}

function highestLimits(adapter: GPUAdapter): Record<string, number> {
  const { limits } = adapter;
  return {
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
  };
}

function adapterName({ info }: GPUAdapter): string {
  const name = [info.vendor, info.architecture || info.device, info.description]
    .filter((part) => part !== '')
    .join(' ');
  return name === '' ? 'on an unnamed adapter' : `on ${name}`;
}
