// A fitted range holds nearly all values, has round ends, and is what painting and legend go by.
import { expect, test } from 'vitest';
import { cellStatus } from '../results/analysis-result.ts';
import { colouringOf, type LayerGrid, rangeOf } from './cell-pixels.ts';
import { packPixel, parseHex } from './colour.ts';
import { plainStyle } from './layer-style.ts';
import { legendOf } from './legend.ts';
import { fittedRange } from './value-range.ts';

test('it goes from the least to the greatest value but for strays, to the hundredth', () => {
  expect(fittedRange([0.413, 0.871, 0.6])).toEqual({ min: 0.41, max: 0.88 });
  const many = Array.from({ length: 1000 }, (_, index) => 0.3 + (0.4 * index) / 1000);
  expect(fittedRange([-1, ...many, 1])).toEqual({ min: 0.3, max: 0.7 });
  expect(fittedRange([-0.204, -0.204])).toEqual({ min: -0.21, max: -0.2 });
  expect(fittedRange([1, -1])).toEqual({ min: -1, max: 1 });
  expect(fittedRange([Number.NaN])).toBeNull();
});

test('cells that are not done do not count; the end of the legend is the colour of the greatest value', () => {
  const aligned = Float32Array.of(0.5, 0.9, -1, Number.NaN);
  const grid: LayerGrid = {
    region: { x: 0, y: 0, width: 40, height: 10 },
    cellSize: 10,
    columns: 4,
    rows: 1,
    classNames: ['a'],
    status: Uint8Array.of(cellStatus.done, cellStatus.done, cellStatus.unread, cellStatus.noTissue),
    probabilities: new Float32Array(4),
    entropy: new Float32Array(4),
    familiarity: null,
    similarity: [{ fine: 0.5, coarse: 2, aligned, contrast: aligned }],
  };
  const layer = { kind: 'similarity', fine: 0.5, coarse: 2 } as const;
  const range = rangeOf(layer, grid);
  expect(range?.min).toBeCloseTo(0.5, 6);
  expect(range?.max).toBeCloseTo(0.9, 6);
  const style = { ...plainStyle, fitted: true, range };
  const legend = legendOf(layer, grid, [], style);
  if (legend?.kind !== 'ramp') throw new Error('A similarity has a ramp.');
  expect(legend.ticks.map(({ label }) => label)).toEqual(['≤ 0.5', '0.7', '≥ 0.9']);
  const end = packPixel(parseHex(legend.colours.at(-1) ?? '') ?? { r: 0, g: 0, b: 0 });
  expect(colouringOf(layer, grid, [], style)?.pixelOf(aligned, 1)).toBe(end);
  expect(colouringOf(layer, grid, [], plainStyle)?.pixelOf(aligned, 1)).not.toBe(end);
});
