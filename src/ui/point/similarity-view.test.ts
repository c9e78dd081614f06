// Pointing into a pair of fields whose similarity is known: S = 1 where a fine cell lies in a coarse cell, else -0.5.
import { expect, test } from 'vitest';
import { parentCell } from './field-cells.ts';
import { similarityView } from './similarity-view.ts';

const cells = 8;
const count = cells * cells;
const matrix = Float32Array.from({ length: count * count }, (_, index) =>
  parentCell(index % count, cells, 2) === Math.floor(index / count) ? 1 : -0.5,
);
const query = Float32Array.from({ length: count }, (_, index) => index / count);
const map = { fine: 0.5, coarse: 1, width: cells, height: cells, query, matrix };

test('at rest the coarse field shows the query map and the frame', () => {
  const view = similarityView(map, null);
  expect(view.coarse.values).toBe(query);
  expect(view.coarse.frame).toEqual({ start: 0.25, size: 0.5 });
  expect(view.fine.values).toBeNull();
});

test('a fine cell lights up the place where it lies', () => {
  const { fine, coarse, text } = similarityView(map, { field: 'fine', cell: 9 });
  expect(fine.cursor).toBe(9);
  expect(coarse.expected).toEqual([18]);
  expect(coarse.best).toBe(18);
  expect(text).toContain('row 2, column 2: 1.00');
  expect(text).toContain('1.00 at row 3, column 3');
});

test('a coarse cell inside the fine field lights up the cells that lie in it', () => {
  const { fine, coarse, text } = similarityView(map, { field: 'coarse', cell: 18 });
  expect(coarse.cursor).toBe(18);
  expect(fine.expected).toEqual([0, 1, 8, 9]);
  expect(text).toContain('1.00 on average');
});

test('a coarse cell outside says so', () => {
  const { fine, text } = similarityView(map, { field: 'coarse', cell: 0 });
  expect(fine.expected).toEqual([]);
  expect(text).toContain('outside the fine field: −0.50 on average');
});
