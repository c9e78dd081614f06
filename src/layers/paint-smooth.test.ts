// Smooth painting against the textbook formula, one pixel at a time; thresholds, hidden classes and edges.

import { expect, test } from 'vitest';
import type { LayerGrid } from './cell-pixels.ts';
import { colouringOf } from './cell-pixels.ts';
import { packPixel, parseHex } from './colour.ts';
import { entropyScale, pixelOf } from './colour-map.ts';
import { type LayerStyle, plainStyle } from './layer-style.ts';
import { layerPainter } from './paint.ts';
import { paintSmooth } from './paint-smooth.ts';

const colours = ['#9aa0a6', '#1e88e5', '#c62828'];
const cellSize = 16;

/** 4 x 3 cells from (32, 16) on; the third of the second row has no tissue. */
const grid: LayerGrid = {
  region: { x: 32, y: 16, width: 64, height: 48 },
  cellSize,
  columns: 4,
  rows: 3,
  classNames: ['a', 'b', 'c'],
  status: Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1),
  probabilities: Float32Array.from({ length: 36 }, (_, i) => ((i * 37) % 100) / 100),
  entropy: Float32Array.of(0.1, 0.9, 0.3, 0.5, 0.2, 0.7, Number.NaN, 0.4, 1, 0, 0.6, 0.8),
  familiarity: null,
  similarity: [],
};

function entropyAt(x: number, y: number): number | null {
  const gx = x / cellSize - 2 - 0.5;
  const gy = y / cellSize - 1 - 0.5;
  const own = cell(Math.floor(gx + 0.5), Math.floor(gy + 0.5));
  if (own === null) return null;
  let sum = 0;
  let weight = 0;
  for (const [dx, dy] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const at = cell(Math.floor(gx) + dx, Math.floor(gy) + dy);
    if (at === null) continue;
    const share = Math.abs(1 - dx - (gx - Math.floor(gx))) * Math.abs(1 - dy - (gy - Math.floor(gy)));
    sum += share * (grid.entropy[at] ?? 0);
    weight += share;
  }
  return sum / weight;
}

function cell(column: number, row: number): number | null {
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return null;
  const index = row * grid.columns + column;
  return grid.status[index] === 1 ? index : null;
}

test('a value between cells is interpolated, then coloured; beyond done cells nothing is painted', () => {
  const colouring = colouringOf({ kind: 'entropy' }, grid, colours, plainStyle);
  if (colouring === null) throw new Error('There is an entropy.');
  const [width, height] = [96, 80];
  const out = new Uint32Array(width * height);
  paintSmooth(colouring, grid, { x: 24, y: 8, width, height }, width, height, out);
  let painted = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = entropyAt(24 + x + 0.5, 8 + y + 0.5);
      const pixel = out[y * width + x] ?? 0;
      if (value === null) expect(pixel).toBe(0);
      else {
        painted += 1;
        const near = [value - 1e-4, value, value + 1e-4].map((one) => pixelOf(entropyScale, one));
        expect(near, `pixel ${x}, ${y}`).toContain(pixel);
      }
    }
  }
  expect(painted).toBe(11 * cellSize * cellSize);
});

test('at the centre of a cell smooth and blocky agree', () => {
  const layer = { kind: 'classes' } as const;
  const colouring = colouringOf(layer, grid, colours, plainStyle);
  if (colouring === null) throw new Error('There are classes.');
  for (const index of [0, 5, 7, 11]) {
    const centre = { x: 32 + ((index % 4) + 0.5) * cellSize, y: 16 + (Math.floor(index / 4) + 0.5) * cellSize };
    const out = new Uint32Array(1);
    paintSmooth(colouring, grid, { x: centre.x - 0.5, y: centre.y - 0.5, width: 1, height: 1 }, 1, 1, out);
    expect(out[0]).toBe(colouring.pixelOf(grid.probabilities, index * 3));
  }
});

/** Packed pixels of all cells under a style. */
function cellsUnder(layer: Parameters<typeof colouringOf>[0], style: Partial<LayerStyle>) {
  const colouring = colouringOf(layer, grid, colours, { ...plainStyle, ...style });
  if (colouring === null) throw new Error('The layer shows nothing.');
  return Array.from(grid.status, (status, index) =>
    status === 1 ? colouring.pixelOf(colouring.values, index * colouring.stride + colouring.offset) : 0,
  );
}

test('the threshold leaves out what is not above it; at 0 only nothing itself', () => {
  const shown = (threshold: number) => cellsUnder({ kind: 'entropy' }, { threshold }).map((pixel) => pixel !== 0);
  expect(shown(0)).toEqual(Array.from(grid.entropy, (value) => value > 0));
  expect(shown(0.5)).toEqual(Array.from(grid.entropy, (value) => value > 0.5));
  expect(cellsUnder({ kind: 'classes' }, { threshold: 1 }).every((pixel) => pixel === 0)).toBe(true);
});

test('a hidden class leaves its cells bare, and an own colour is painted exactly', () => {
  const own = '#123456';
  const before = cellsUnder({ kind: 'classes' }, {});
  const blue = packPixel(parseHex('#1e88e5') ?? { r: 0, g: 0, b: 0 });
  expect(before).toContain(blue);
  expect(cellsUnder({ kind: 'classes' }, { hidden: ['b'] })).toEqual(
    before.map((pixel) => (pixel === blue ? 0 : pixel)),
  );
  const mine = packPixel(parseHex(own) ?? { r: 0, g: 0, b: 0 });
  expect(cellsUnder({ kind: 'classes' }, { colours: { b: own } })).toEqual(
    before.map((pixel) => (pixel === blue ? mine : pixel)),
  );
});

test('a painter is smooth when the style says so', () => {
  // Node has no ImageData; its size and pixels are all that is asked of it.
  globalThis.ImageData ??= class {
    readonly data: Uint8ClampedArray;
    constructor(width: number, height: number) {
      this.data = new Uint8ClampedArray(width * height * 4);
    }
  } as unknown as typeof ImageData;
  const colourCount = (smooth: boolean) => {
    const painter = layerPainter({ kind: 'entropy' }, grid, colours, { ...plainStyle, smooth });
    return new Set(new Uint32Array(painter.paint(grid.region, 64, 48).data.buffer)).size;
  };
  expect(colourCount(false)).toBeLessThanOrEqual(12);
  expect(colourCount(true)).toBeGreaterThan(50);
});
