import { expect, test } from 'vitest';
import { Lattice, type LatticeRegion } from './lattice.ts';
import { cells, geometry, grid, steps } from './run.fixture.ts';

const windowCells = geometry.patchSizePx / geometry.featureStridePx;
const fixed = (some: readonly number[], mostCells: number) =>
  new Lattice(geometry, some, steps, { mostCells, fixed: true });
const ofMagnification = ({ regions }: Lattice, magnification: number) =>
  regions.filter((region) => region.magnification === magnification);
const sizeOf = ({ columns, rows }: LatticeRegion) => `${columns} x ${rows}`;

test.each([8, 16, 24, 40])('regions of one size, of %d cells at most, hold every window and lie alike', (mostCells) => {
  const lattice = fixed(cells, mostCells);
  steps.forEach((step, magnification) => {
    const regions = ofMagnification(lattice, magnification);
    expect(new Set(regions.map(sizeOf)).size).toBe(1);
    // Windows lie in every region as in the first: programs for tensors of one shape do.
    for (const { column, row } of regions) expect([column % step, row % step]).toEqual([0, 0]);
    for (const region of regions) expect(lattice.cellsOver(region).length).toBeGreaterThan(0);
    const [{ columns = 0, rows = 0 } = {}] = regions;
    for (const length of [columns, rows]) {
      expect(length).toBeGreaterThanOrEqual(2 * windowCells);
      expect(length).toBeLessThanOrEqual(Math.max(mostCells, 2 * windowCells));
    }
  });
  for (const cell of cells) {
    for (const magnification of steps.keys()) {
      const [column, row] = [cell % grid.columns, Math.floor(cell / grid.columns)].map(
        (at) => at * (steps[magnification] ?? 0),
      );
      const owners = lattice.regionsOf(cell, magnification);
      for (const [x, y] of [
        [column, row],
        [(column ?? 0) + windowCells - 1, (row ?? 0) + windowCells - 1],
      ] as [number, number][]) {
        const holding = owners.filter(
          (one) => x >= one.column && x < one.column + one.columns && y >= one.row && y < one.row + one.rows,
        );
        expect(holding).toHaveLength(1);
      }
    }
  }
});

test('regions of one size are left out where there is no tissue, and are not carved for the first cells', () => {
  const corners = [0, grid.columns * grid.rows - 1];
  const lattice = fixed(corners, 16);
  expect(ofMagnification(lattice, 0)).toHaveLength(2);
  for (const region of lattice.regions) expect(lattice.carve(region, 0, 8)).toEqual([]);
});

test('a region that reaches beyond the lattice is cut within it', () => {
  const lattice = fixed([0], 40);
  const [region] = ofMagnification(fixed([grid.columns * grid.rows - 1], 40), 0);
  expect(region).toMatchObject({ columns: 16, rows: 16 });
  const [whole] = lattice.regions;
  if (whole === undefined) throw new Error('There is no region.');
  const parts = lattice.split(whole);
  expect(parts.map(sizeOf)).toEqual(['8 x 16', '8 x 16']);
});
