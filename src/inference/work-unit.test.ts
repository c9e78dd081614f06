import { describe, expect, test } from 'vitest';
import { cellAt, cellCentre, cellGrid } from '../pyramid/cell-grid.ts';
import { blockCells, exactUnits, type RunGeometry, sharedSteps, sharedUnits, type WorkUnit } from './work-unit.ts';

const mpp = 0.499;
/** P 128, stride 16, 32 px of context, 20x 10x 5x on a slide of odd pixel size. */
const geometry: RunGeometry = {
  grid: cellGrid({ width: 9000, height: 7000 }, (128 * 0.62) / (2 * mpp), {
    x: 1000,
    y: 500,
    width: 3000,
    height: 2500,
  }),
  mppX: mpp,
  mppY: mpp,
  spacings: [0.62, 1.24, 2.48],
  patchSizePx: 128,
  contextPx: 32,
  featureStridePx: 16,
  padding: 'reflect',
};
const { grid } = geometry;
const everyCell = Array.from({ length: grid.columns * grid.rows }, (_, index) => index);
const ragged = everyCell.filter((cell) => {
  const { column, row } = cellAt(grid, cell);
  return (column - 12) ** 2 + (row - 14) ** 2 < 120 || (column * 7 + row * 13) % 41 === 0;
});
const steps = sharedSteps(geometry, 64) ?? [];

test('neighbours lie 4, 2 and 1 feature cells apart at step half, 8, 4 and 2 at step full', () => {
  expect(steps).toEqual([4, 2, 1]);
  expect(sharedSteps(geometry, 128)).toEqual([8, 4, 2]);
});

test('where a window would begin between feature cells nothing is shared', () => {
  expect(sharedSteps({ ...geometry, spacings: [0.5, 1.5] }, 64)).toBeNull();
  expect(sharedSteps({ ...geometry, spacings: [0.5, 4] }, 64)).toBeNull();
  expect(sharedSteps({ ...geometry, spacings: [0.5, 4] }, 128)).toEqual([8, 1]);
});

test('blocks stay within the raster that memory allows, and within half a pixel of drift', () => {
  expect(blockCells(geometry, steps, 16, 4096)).toBe(16);
  expect(blockCells(geometry, steps, 16, 1152)).toBe(16);
  expect(blockCells(geometry, steps, 16, 1151)).toBe(15);
  expect(blockCells(geometry, steps, 16, 100)).toBe(1);
  // Pixels 0.2 % wider than high: 64 px a step drift by 0.064 px.
  expect(blockCells({ ...geometry, mppX: 0.5005, mppY: 0.4995 }, steps, 16, 4096)).toBe(8);
});

const makes: [string, () => WorkUnit[]][] = [
  ['exact', () => exactUnits(geometry, ragged, 4)],
  ['shared', () => sharedUnits(geometry, ragged, steps, { side: 16, fixedSize: false })],
  ['shared, one size', () => sharedUnits(geometry, ragged, steps, { side: 16, fixedSize: true })],
  [
    'split',
    () =>
      sharedUnits(geometry, ragged, steps, { side: 16, fixedSize: true }).flatMap((unit) =>
        unit.cells.length === 1 ? [unit] : unit.split(),
      ),
  ],
];

describe.each(makes)('%s', (_, make) => {
  test('every cell is in one unit', () => {
    const seen = make().flatMap(({ cells }) => cells);
    expect([...seen].sort((a, b) => a - b)).toEqual(ragged);
  });

  test('every window begins on its cell’s own field, at every magnification', () => {
    for (const { cells, fields, windows } of make()) {
      geometry.spacings.forEach((spacing, m) => {
        cells.forEach((cell, n) => {
          const window = windows[m]?.[n];
          const field = fields[m]?.[window?.item ?? -1];
          if (window === undefined || field === undefined) throw new Error(`Cell ${cell} has no window.`);
          const { column, row } = cellAt(grid, cell);
          const centre = cellCentre(grid, column, row);
          expect(field.spacing).toBe(spacing);
          expect(field.origin.x + (window.column * 16 * spacing) / mpp).toBeCloseTo(centre.x - (64 * spacing) / mpp, 6);
          expect(field.origin.y + (window.row * 16 * spacing) / mpp).toBeCloseTo(centre.y - (64 * spacing) / mpp, 6);
          // The context that the encoder wants is there on all sides.
          for (const [at, size] of [
            [window.column, field.width],
            [window.row, field.height],
          ] as const) {
            expect(at * 16).toBeGreaterThanOrEqual(32);
            expect(at * 16 + 128 + 32).toBeLessThanOrEqual(size);
          }
          expect(field.width % 16).toBe(0);
        });
      });
    }
  });

  test('rasters of one batch have one size', () => {
    for (const { fields } of make()) {
      for (const batch of fields) expect(new Set(batch.map(({ width, height }) => `${width}x${height}`)).size).toBe(1);
    }
  });
});

test('a full block of 16 x 16 cells is read as rasters of 1152, 672 and 432 px', () => {
  const whole = {
    ...geometry,
    grid: cellGrid({ width: 9000, height: 9000 }, 64, { x: 0, y: 0, width: 1024, height: 1024 }),
  };
  const [unit, ...others] = sharedUnits(
    whole,
    Array.from({ length: 256 }, (_, i) => i),
    steps,
    { side: 16, fixedSize: false },
  );
  expect(others).toEqual([]);
  expect(unit?.fields.map(([field]) => [field?.width, field?.height])).toEqual([
    [1152, 1152],
    [672, 672],
    [432, 432],
  ]);
});

test('where one size is wanted there is one; else ragged tissue costs less than its blocks', () => {
  const fixed = sharedUnits(geometry, ragged, steps, { side: 16, fixedSize: true });
  expect(new Set(fixed.map(({ fields }) => fields[0]?.[0]?.width)).size).toBe(1);
  const px = (units: WorkUnit[]) =>
    units.flatMap(({ fields }) => fields.flat()).reduce((sum, { width, height }) => sum + width * height, 0);
  expect(px(sharedUnits(geometry, ragged, steps, { side: 16, fixedSize: false }))).toBeLessThan(0.7 * px(fixed));
});

test('a whole lattice costs under a twelfth of its own fields', () => {
  const units = sharedUnits(geometry, everyCell, steps, { side: 16, fixedSize: false });
  const px = units.flatMap(({ fields }) => fields.flat()).reduce((sum, { width, height }) => sum + width * height, 0);
  expect(px / (everyCell.length * 3 * 192 ** 2)).toBeLessThan(1 / 12);
});

test('without cells that are done a unit keeps the rest; splitting ends at one cell', () => {
  const [unit] = sharedUnits(geometry, ragged, steps, { side: 16, fixedSize: false });
  const cells = unit?.cells ?? [];
  expect(unit?.without(new Set(cells))).toBeNull();
  expect(unit?.without(new Set(cells.slice(2)))?.cells).toEqual(cells.slice(0, 2));
  let units = unit?.split() ?? [];
  for (let round = 0; round < 4; round++)
    units = units.flatMap((one) => (one.cells.length === 1 ? [one] : one.split()));
  expect(units.every((one) => one.cells.length === 1 && one.split().length === 0)).toBe(true);
  expect(units.map((one) => one.cells[0]).sort()).toEqual([...cells].sort());
});
