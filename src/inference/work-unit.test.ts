import { expect, test } from 'vitest';
import { cellAt, cellCentre, cellGrid } from '../pyramid/cell-grid.ts';
import type { RunGeometry } from './run-geometry.ts';
import { workUnit, workUnits } from './work-unit.ts';

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
const ragged = Array.from({ length: grid.columns * grid.rows }, (_, index) => index).filter((cell) => {
  const { column, row } = cellAt(grid, cell);
  return (column - 12) ** 2 + (row - 14) ** 2 < 120 || (column * 7 + row * 13) % 41 === 0;
});

test('every cell is in one unit of at most so many, all near each other', () => {
  const units = workUnits(geometry, ragged, 4);
  expect(units.flatMap(({ cells }) => cells).sort((a, b) => a - b)).toEqual(ragged);
  expect(Math.max(...units.map(({ cells }) => cells.length))).toBe(4);
  for (const { rect } of units) expect(Math.max(rect.width, rect.height)).toBeLessThanOrEqual(2 * grid.cellSize);
  expect(workUnits(geometry, [], 4)).toEqual([]);
});

test('a cell’s field lies around its centre with the context that the encoder wants, at every magnification', () => {
  const cells = ragged.slice(5, 8);
  const { fields } = workUnit(geometry, cells);
  geometry.spacings.forEach((spacing, m) => {
    cells.forEach((cell, n) => {
      const { column, row } = cellAt(grid, cell);
      const centre = cellCentre(grid, column, row);
      const field = fields[m]?.[n];
      expect(field).toMatchObject({ spacing, width: 192, height: 192, padding: 'reflect' });
      expect(field?.origin.x).toBeCloseTo(centre.x - (96 * spacing) / mpp, 6);
      expect(field?.origin.y).toBeCloseTo(centre.y - (96 * spacing) / mpp, 6);
    });
  });
});
