import { describe, expect, test } from 'vitest';
import { Failure } from '../lib/failure.ts';
import { runtimeMemory } from './backends/backend.ts';
import { DeviceLosses } from './backends/device-losses.ts';
import { blockShape, usualBlock } from './block-choice.ts';
import { LoadedModel } from './loaded-model.ts';
import type { ModelRuntime, PatchLattice } from './model-runtime.ts';
import { settleBlock } from './settle-block.ts';
import { pickedFiles, tiny, tinyFolder } from './tiny-model.fixture.ts';

const patch = {
  patchSizePx: tiny.patch,
  contextPx: tiny.context,
  featureStridePx: tiny.stride,
};
const magnifications = tiny.spacings.length;
const sideOf = (cells: number) => blockShape(cells, patch).rasterPx;

/** The tiny model on WebAssembly, told to be a graphics device; `seen` are the rasters it is given. */
async function asDevice(refuse: (rasterPx: number) => boolean = () => false) {
  const { runtime } = await LoadedModel.load(
    { kind: 'files', files: pickedFiles(tinyFolder()) },
    { id: 'tiny', backend: 'wasm', losses: new DeviceLosses() },
  );
  const seen: number[] = [];
  const device = new Proxy<ModelRuntime>(runtime, {
    get(target, name) {
      if (name === 'gpu') return {};
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'gather') return typeof value === 'function' ? value.bind(target) : value;
      return (lattice: PatchLattice) => {
        const gatherer = target.gather(lattice);
        const add = gatherer.add.bind(gatherer);
        gatherer.add = async (region, raster) => {
          if (region.magnification === 0) seen.push(raster.width);
          if (refuse(raster.width)) throw new Failure('out-of-memory', 'It is full.');
          return add(region, raster);
        };
        return gatherer;
      };
    },
  });
  return { runtime, device, seen };
}

describe('the regions of a run', () => {
  test('are tried on the device, and leave nothing there', async () => {
    const { runtime, device, seen } = await asDevice();
    const before = runtimeMemory().tensors;
    const { rasterPx, sentence } = await settleBlock(device, patch, magnifications);
    expect([8, 16, 24].map(sideOf)).toContain(rasterPx);
    expect(sentence).toContain(`up to ${rasterPx} x ${rasterPx} px at once`);
    expect(new Set(seen)).toEqual(new Set([4, 16, 8, 24].map(sideOf)));
    expect(runtimeMemory().tensors).toBe(before);
    runtime.dispose();
  });

  test('have the usual size where the device is too small for one that is tried', async () => {
    const { runtime, device } = await asDevice((rasterPx) => rasterPx > sideOf(4));
    const before = runtimeMemory().tensors;
    expect(await settleBlock(device, patch, magnifications)).toEqual(usualBlock(patch));
    expect(runtimeMemory().tensors).toBe(before);
    runtime.dispose();
  });

  test('are not tried on WebAssembly, so that every computer gives a slide the same numbers', async () => {
    const { runtime, seen } = await asDevice();
    expect(await settleBlock(runtime, patch, magnifications)).toEqual(usualBlock(patch));
    expect(seen).toEqual([]);
    runtime.dispose();
  });
});
