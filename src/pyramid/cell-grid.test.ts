import { describe, expect, test } from 'vitest';
import { isFailure } from '../lib/failure.ts';
import { cellAt, cellCentre, cellGrid, cellIndex, cellOfPoint, cellRect, cellSizeOf } from './cell-grid.ts';
import { distanceFromView, overlaps, squaredDistance } from './visit-order.ts';

const slide = { width: 1000, height: 600 };

test('a cell is half the finest field, or all of it', () => {
  expect(cellSizeOf(128, 0.62, 0.62, 'half')).toBe(64);
  expect(cellSizeOf(128, 0.62, 0.62, 'full')).toBe(128);
  expect(cellSizeOf(128, 0.62, 0.5, 'half')).toBeCloseTo(79.36, 10);
});

describe('the grid of a region', () => {
  test('covers the whole slide and may reach over its edge', () => {
    const grid = cellGrid(slide, 64);
    expect(grid).toMatchObject({ firstColumn: 0, firstRow: 0, columns: 16, rows: 10 });
    expect(grid.region).toEqual({ x: 0, y: 0, width: 1024, height: 640 });
  });

  test('is widened to whole cells anchored at the slide', () => {
    const grid = cellGrid(slide, 64, { x: 100, y: 130, width: 30, height: 62 });
    expect(grid).toMatchObject({ firstColumn: 1, firstRow: 2, columns: 2, rows: 1 });
    expect(grid.region).toEqual({ x: 64, y: 128, width: 128, height: 64 });
  });

  test('is cut at the slide', () => {
    const grid = cellGrid(slide, 64, { x: -500, y: -10, width: 600, height: 2000 });
    expect(grid).toMatchObject({ firstColumn: 0, firstRow: 0, columns: 2, rows: 10 });
  });

  test('gains no cell from floating noise when a region lies on cell borders', () => {
    const cellSize = 79.36;
    for (let first = 0; first < 6; first++) {
      const region = { x: first * cellSize, y: 0, width: 5 * cellSize, height: 0.1 * 3 * cellSize };
      expect(cellGrid(slide, cellSize, region)).toMatchObject({ firstColumn: first, columns: 5, rows: 1 });
    }
  });

  test('needs area, on the slide', () => {
    const codeOf = (region: { x: number; y: number; width: number; height: number }) => {
      try {
        cellGrid(slide, 64, region);
      } catch (error) {
        return isFailure(error) ? error.code : error;
      }
      return null;
    };
    expect(codeOf({ x: 0, y: 0, width: 0, height: 5 })).toBe('bad-argument');
    expect(codeOf({ x: Number.NaN, y: 0, width: 5, height: 5 })).toBe('bad-argument');
    expect(codeOf({ x: 1000, y: 0, width: 5, height: 5 })).toBe('outside-slide');
    expect(codeOf({ x: 0, y: -9, width: 5, height: 9 })).toBe('outside-slide');
  });
});

test('cells are found by number, by place and by point', () => {
  const grid = cellGrid(slide, 64, { x: 100, y: 130, width: 300, height: 200 });
  for (let index = 0; index < grid.columns * grid.rows; index++) {
    const { column, row } = cellAt(grid, index);
    const rect = cellRect(grid, column, row);
    const centre = cellCentre(grid, column, row);
    expect(cellIndex(grid, column, row)).toBe(index);
    expect(centre).toEqual({ x: rect.x + 32, y: rect.y + 32 });
    expect(cellOfPoint(grid, { x: rect.x, y: rect.y })).toEqual({ column, row });
    expect(cellOfPoint(grid, centre)).toEqual({ column, row });
  }
  expect(cellOfPoint(grid, { x: 63.9, y: 200 })).toBeNull();
});

test('parts of a run are told by how near they are to the view, and whether they are in it', () => {
  const rect = { x: 0, y: 0, width: 100, height: 100 };
  expect(squaredDistance({ x: 210, y: 50 }, rect)).toBe(110 ** 2);
  expect(squaredDistance({ x: 10, y: 50 }, rect)).toBe(0);
  expect(distanceFromView(null, rect)).toBe(0);
  expect(distanceFromView({ x: 200, y: 40, width: 20, height: 20 }, rect)).toBe(110 ** 2);
  expect(overlaps(rect, { x: 99, y: 99, width: 5, height: 5 })).toBe(true);
  expect(overlaps(rect, { x: 100, y: 0, width: 5, height: 5 })).toBe(false);
});
