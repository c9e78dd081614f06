import { describe, expect, test } from 'vitest';
import { runtimeMemory } from '../backends/backend.ts';
import { DeviceLosses } from '../backends/device-losses.ts';
import { LoadedModel } from '../loaded-model.ts';
import type { FeatureRegion, RasterPixels } from '../model-runtime.ts';
import { pickedFiles, tiny, tinyFolder } from '../tiny-model.fixture.ts';
import { withMaps } from '../with-maps.ts';

const windowCells = tiny.patch / tiny.stride;
const margin = tiny.context / tiny.stride;
/** Feature cells of the tissue that is gathered, without context: nine patches, half a window apart each way. */
const side = 2 * windowCells;
const step = windowCells / 2;
const patches = Array.from({ length: 9 }, (_, n) => n);

/** The tissue of one magnification, with context on all sides. */
function tissue(magnification: number): RasterPixels {
  const sidePx = side * tiny.stride + 2 * tiny.context;
  const data = Uint8Array.from({ length: sidePx ** 2 * 3 }, (_, i) => ((i * (37 + magnification)) ^ (i >> 5)) & 255);
  return { width: sidePx, height: sidePx, data };
}

/** The raster of a region, with its context. */
function cut(whole: RasterPixels, { column, row, columns, rows }: FeatureRegion): RasterPixels {
  const [x, y] = [column * tiny.stride, row * tiny.stride];
  const width = columns * tiny.stride + 2 * tiny.context;
  const height = rows * tiny.stride + 2 * tiny.context;
  const data = new Uint8Array(width * height * 3);
  for (let r = 0; r < height; r++) {
    const from = ((y + r) * whole.width + x) * 3;
    data.set(whole.data.subarray(from, from + width * 3), r * width * 3);
  }
  return { width, height, data };
}

describe.each([
  ['a head that looks at means and cells', {}],
  ['a head whose embeddings look at neighbours', { mixing: true }],
])('%s', (_, options) => {
  test('answers gathered patches as those cut from one map, wherever regions were cut', async () => {
    const model = await LoadedModel.load(
      { kind: 'files', files: pickedFiles(tinyFolder({ x_golden: null }, options)) },
      { id: 'tiny', backend: 'cpu', losses: new DeviceLosses() },
    );
    const { runtime } = model;
    const before = runtimeMemory().tensors;
    const steps = tiny.spacings.map(() => step);
    const gatherer = runtime.gather({ columns: 3, rows: 3, steps, wants: () => true });
    for (const magnification of steps.keys()) {
      const half = { magnification, row: 0, rows: side };
      for (const region of [
        { ...half, column: 0, columns: 6 },
        { ...half, column: 6, columns: side - 6 },
      ])
        await gatherer.add(region, cut(tissue(magnification), region));
    }
    const windows = steps.map(() =>
      patches.map((n) => ({ item: 0, row: margin + Math.floor(n / 3) * step, column: margin + (n % 3) * step })),
    );
    const rasters = steps.map((_, magnification) => [tissue(magnification)]);
    const expected = await withMaps(runtime, rasters, (maps) => runtime.classify(maps, windows, { embeddings: true }));
    const gathered = await gatherer.answer(patches);
    expectNear(gathered.logits, expected.logits);
    expect(gathered.embeddings).toHaveLength(3);
    gathered.embeddings.forEach((values, m) => void expectNear(values, expected.embeddings[m] ?? []));
    const alone = await gatherer.answerAlone(patches, 2);
    const perMagnification = expected.logitsPerMagnification ?? [];
    patches.forEach((n) => {
      expectNear(alone.subarray(n * 3, n * 3 + 3), perMagnification.slice(n * 9 + 6, n * 9 + 9));
    });
    expect(runtimeMemory().tensors).toBe(before);
    model.dispose();
  });
});

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...Array.from(actual, (value, n) => Math.abs(value - (expected[n] ?? Number.NaN))))).toBeLessThan(
    2e-5,
  );
}
