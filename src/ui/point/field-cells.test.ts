// The nesting of concentric fields, against positions worked out by hand for 8 cells a side.
import { describe, expect, test } from 'vitest';
import { cellAfterKey, childCells, columnOf, fineFrame, indexOfGreatest, parentCell, rowOf } from './field-cells.ts';

describe('8 cells a side', () => {
  test('ratio 2: the fine field is the 4 x 4 in the middle, 2 x 2 fine cells in each', () => {
    expect(parentCell(0, 8, 2)).toBe(2 * 8 + 2);
    expect(parentCell(63, 8, 2)).toBe(5 * 8 + 5);
    expect(childCells(2 * 8 + 2, 8, 2)).toEqual([0, 1, 8, 9]);
    expect(childCells(0, 8, 2)).toEqual([]);
  });

  test('ratio 4: the 2 x 2 in the middle, 4 x 4 fine cells in each', () => {
    expect(parentCell(0, 8, 4)).toBe(3 * 8 + 3);
    expect(childCells(4 * 8 + 4, 8, 4)).toHaveLength(16);
  });
});

test('every fine cell has exactly one parent', () => {
  const children = Array.from({ length: 64 }, (_, coarse) => childCells(coarse, 8, 2)).flat();
  expect(children.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, index) => index));
});

test('the frame is centred', () => expect(fineFrame(4)).toEqual({ start: 0.375, size: 0.25 }));

test('rows and columns of S', () => {
  const matrix = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([...rowOf(matrix, 3, 1)]).toEqual([4, 5, 6]);
  expect([...columnOf(matrix, 3, 1)]).toEqual([2, 5, 8]);
});

test('the greatest is found past NaN', () => {
  expect(indexOfGreatest(Float32Array.from([Number.NaN, -2, -1, -3]))).toBe(2);
});

test('arrow keys stay inside the field', () => {
  expect(cellAfterKey('ArrowUp', 3, 8)).toBe(3);
  expect(cellAfterKey('ArrowDown', 3, 8)).toBe(11);
  expect(cellAfterKey('ArrowLeft', 8, 8)).toBe(8);
  expect(cellAfterKey('ArrowRight', 8, 8)).toBe(9);
  expect(cellAfterKey('a', 8, 8)).toBeNull();
});
