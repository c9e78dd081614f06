import { expect, test } from 'vitest';
import { cellGrid } from '../pyramid/cell-grid.ts';
import { Lattice } from './lattice.ts';
import { RegionOrder } from './region-order.ts';
import { geometry as madeGeometry } from './run.fixture.ts';

/** 64 x 64 cells of 16 px; windows of 8 feature cells, 4, 2 and 1 apart. */
const grid = cellGrid({ width: 1024, height: 1024 }, 16);
const cells = Array.from({ length: grid.columns * grid.rows }, (_, cell) => cell);
const geometry = { ...madeGeometry, grid };

function made(visible: { x: number; y: number; width: number; height: number } | null) {
  const lattice = new Lattice(geometry, cells, [4, 2, 1], { mostCells: 20, fixed: false });
  const order = new RegionOrder(lattice, lattice.regions, visible);
  const rest = (magnification: number) => {
    const found = [];
    for (let next = order.take(magnification); next !== null; next = order.take(magnification)) found.push(next);
    return found;
  };
  const middle = (region: (typeof lattice.regions)[number]) => {
    const { x, y, width, height } = lattice.rectOf(region);
    return { x: x + width / 2, y: y + height / 2 };
  };
  return { lattice, order, rest, middle };
}

test('what is on screen comes first, from its middle outwards; every region comes once', () => {
  const view = { x: 700, y: 200, width: 200, height: 150 };
  const { lattice, rest, middle } = made(view);
  const fine = rest(0);
  expect(new Set(fine).size).toBe(lattice.regions.filter(({ magnification }) => magnification === 0).length);
  const away = fine.map((region) => {
    const { x, y } = middle(region);
    return Math.max(Math.abs(x - 800) - 100, Math.abs(y - 275) - 75);
  });
  const reach = 60;
  const first = away.findIndex((distance) => distance > reach);
  expect(first).toBeGreaterThan(3);
  expect(Math.min(...away.slice(first + 1))).toBeGreaterThan(-reach);
});

test('beyond the screen it goes where the coarsest magnification was least sure, one place after the other', () => {
  const { lattice, order, rest, middle } = made({ x: 0, y: 0, width: 30, height: 30 });
  /** Unsure in the lower right quarter, a little so in the upper right one. */
  const unsure = (x: number, y: number) => (x < 512 ? 0.1 : y < 512 ? 0.5 : 0.9);
  const entropy = Float32Array.from(cells, (cell) =>
    unsure((cell % grid.columns) * 16 + 8, Math.floor(cell / grid.columns) * 16 + 8),
  );
  order.foretold(cells, entropy);
  const fine = rest(0).map(middle);
  const [onScreen, ...beyond] = fine;
  expect(Math.max(onScreen?.x ?? 0, onScreen?.y ?? 0)).toBeLessThan(100);
  const share = (part: typeof beyond, wanted: number) =>
    part.filter(({ x, y }) => unsure(x, y) === wanted).length / part.length;
  const quarter = Math.floor(beyond.length / 5);
  expect(share(beyond.slice(0, quarter), 0.9)).toBeGreaterThan(0.8);
  expect(share(beyond.slice(-2 * quarter), 0.1)).toBeGreaterThan(0.8);
  // It stays within a coarsest region until that is done, or the features of all of them would wait in memory.
  const groups = beyond.map(({ x, y }) => {
    const cell = Math.min(63, Math.floor(y / 16)) * 64 + Math.min(63, Math.floor(x / 16));
    return lattice.regionsOf(cell, 2)[0]?.id;
  });
  const changes = groups.filter((group, n) => n > 0 && group !== groups[n - 1]).length;
  expect(changes).toBeLessThan(2 * lattice.regions.filter(({ magnification }) => magnification === 2).length);
});

test('a view that moves changes what comes next', () => {
  const { order, middle } = made({ x: 0, y: 0, width: 30, height: 30 });
  order.take(0);
  order.lookAt({ x: 900, y: 900, width: 60, height: 60 });
  const next = order.take(0);
  expect(next === null ? null : middle(next).x).toBeGreaterThan(800);
});
