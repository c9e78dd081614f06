import { describe, expect, test } from 'vitest';
import { Failure } from '../lib/failure.ts';
import { runtimeMemory } from './backends/backend.ts';
import { DeviceLosses } from './backends/device-losses.ts';
import { blockShape, usualBlock } from './block-choice.ts';
import { LoadedModel } from './loaded-model.ts';
import type { EncoderRaster, ModelRuntime } from './model-runtime.ts';
import { settleBlock } from './settle-block.ts';
import { pickedFiles, tiny, tinyFolder } from './tiny-model.fixture.ts';

const patch = {
  patchSizePx: tiny.patch,
  contextPx: tiny.context,
  featureStridePx: tiny.stride,
  spacings: tiny.spacings,
};
const sideOf = (cells: number) => blockShape(cells, patch).sidesPx[0] ?? 0;

/** The tiny model on WebAssembly, told to be a graphics device; `seen` are the rasters it is given. */
async function asDevice(refuse: (rasterPx: number) => boolean = () => false) {
  const { runtime } = await LoadedModel.load(
    { kind: 'files', files: pickedFiles(tinyFolder()) },
    { id: 'tiny', backend: 'wasm', losses: new DeviceLosses() },
  );
  const seen: number[] = [];
  const device: Pick<ModelRuntime, 'gpu' | 'maxRasterPx' | 'encode' | 'classify'> = {
    gpu: {} as GPUDevice,
    maxRasterPx: runtime.maxRasterPx,
    encode(rasters: readonly EncoderRaster[], magnification: number) {
      const { width = 0 } = rasters[0] ?? {};
      if (magnification === 0) seen.push(width);
      if (refuse(width)) throw new Failure('out-of-memory', 'It is full.');
      return runtime.encode(rasters, magnification);
    },
    classify: (...args) => runtime.classify(...args),
  };
  return { runtime, device: device as ModelRuntime, seen };
}

describe('the blocks of a run', () => {
  test('are tried on the device, and leave nothing there', async () => {
    const { runtime, device, seen } = await asDevice();
    const before = runtimeMemory().tensors;
    const { rasterPx, sentence } = await settleBlock(device, patch);
    expect([8, 16, 24].map(sideOf)).toContain(rasterPx);
    expect(sentence).toContain(`up to ${rasterPx} x ${rasterPx} px at once`);
    expect(new Set(seen)).toEqual(new Set([3, 16, 8, 24].map(sideOf)));
    expect(runtimeMemory().tensors).toBe(before);
    runtime.dispose();
  });

  test('have the usual size where the device is too small for one that is tried', async () => {
    const { runtime, device } = await asDevice((rasterPx) => rasterPx > sideOf(3));
    const before = runtimeMemory().tensors;
    expect(await settleBlock(device, patch)).toEqual(usualBlock(patch));
    expect(runtimeMemory().tensors).toBe(before);
    runtime.dispose();
  });

  test('are not tried on WebAssembly, so that every computer gives a slide the same numbers', async () => {
    const { runtime, seen } = await asDevice();
    expect(await settleBlock(runtime, patch)).toEqual(usualBlock(patch));
    expect(seen).toEqual([]);
    runtime.dispose();
  });
});
