// The grid takes cells in any order, keeps count, and says nothing of cells that are not done.

import { expect, test } from 'vitest';
import { cellStatus } from './analysis-result.ts';
import { compactResult, wholeResult } from './compact-result.ts';
import { madeClasses, madeGrid, madeProvenance, madeResult } from './made-result.fixture.ts';
import { extentOfCells } from './placed.ts';
import { finishedCells, ResultGrid } from './result-grid.ts';
import { cellsByClass } from './statistics.ts';

const NaNs = (count: number) => new Float32Array(count).fill(Number.NaN);

test('cells land at their place, whatever the order of the batches', () => {
  const { view } = madeGrid();
  expect([...view.status]).toEqual([1, 1, 0, 2, 3, 1]);
  expect(view.probabilities.slice(0, 4)).toEqual(Float32Array.of(0.9, 0.1, 0.5, 0.5));
  expect(view.probabilities.slice(10)).toEqual(Float32Array.of(0.25, 0.75));
  expect(view.familiarity?.[5]).toBe(0.5);
  expect(view.similarity[0]?.aligned[0]).toBeCloseTo(-0.2);
});

test('cells that are not done have no numbers, not even those a batch brought', () => {
  const { view } = madeGrid();
  expect(view.probabilities.slice(4, 10)).toEqual(NaNs(6));
  expect(view.entropy.slice(2, 5)).toEqual(NaNs(3));
  expect(view.familiarity?.slice(2, 5)).toEqual(NaNs(3));
  expect(view.similarity[0]?.aligned.slice(2, 5)).toEqual(NaNs(3));
  expect(view.similarity[0]?.contrast.slice(2, 5)).toEqual(NaNs(3));
});

test('a cell that comes again counts once, and what it was before is gone', () => {
  const grid = madeGrid();
  expect([grid.done, grid.unread]).toEqual([3, 1]);
  const again = (status: number) =>
    grid.add({
      index: Uint32Array.of(3),
      status: Uint8Array.of(status),
      probabilities: Float32Array.of(0.2, 0.8),
      entropy: Float32Array.of(0.7),
      familiarity: Float32Array.of(1),
      similarity: [{ aligned: Float32Array.of(0), contrast: Float32Array.of(0) }],
    });
  again(1);
  expect([grid.done, grid.unread]).toEqual([4, 0]);
  expect(grid.view.entropy[3]).toBeCloseTo(0.7);
  again(2);
  expect([grid.done, grid.unread]).toEqual([3, 1]);
  expect(grid.view.entropy[3]).toBeNaN();
});

test('areas count the done cells of each likeliest class at the slide’s true scale', () => {
  const result = madeResult();
  expect(cellsByClass(result)).toEqual([2, 1]);
  const cellMm2 = (75 * 0.5 * (75 * 0.4)) / 1_000_000;
  expect(result.areaMm2.fat).toBeCloseTo(2 * cellMm2, 12);
  expect(result.areaMm2['tumour, "solid"']).toBeCloseTo(cellMm2, 12);
});

/** Two cells right of the made grid's, and two of its own: lattice columns 4 to 6 of row 2. */
function madeOnto() {
  const before = madeGrid();
  const grid = new ResultGrid({
    plan: {
      region: { x: 300, y: 150, width: 225, height: 75 },
      cellSize: 75,
      columns: 3,
      rows: 1,
      tissue: Uint8Array.of(1, 0, 1),
    },
    classNames: madeClasses,
    pairs: [{ fine: 0.62, coarse: 2.48 }],
    hasFamiliarity: true,
    onto: before.view,
  });
  return { before, grid };
}

test('a run beside what is there holds both; what lies between them is not reached', () => {
  const { before, grid } = madeOnto();
  const { view } = grid;
  expect(view).toMatchObject({ region: { x: 150, y: 75, width: 375, height: 150 }, columns: 5, rows: 2 });
  expect([...view.status]).toEqual([1, 1, 0, 3, 3, 2, 3, 1, 0, 3]);
  expect([grid.done, grid.unread]).toEqual([before.done, before.unread]);
  expect(grid.classCells).toEqual(before.classCells);
  expect(view.probabilities.slice(14, 16)).toEqual(Float32Array.of(0.25, 0.75));
  expect(view.similarity[0]?.aligned[0]).toBeCloseTo(-0.2);
  grid.add({
    index: Uint32Array.of(2),
    status: Uint8Array.of(1),
    probabilities: Float32Array.of(0.6, 0.4),
    entropy: Float32Array.of(0.9),
    familiarity: Float32Array.of(0.4),
    similarity: [{ aligned: Float32Array.of(0.3), contrast: Float32Array.of(0) }],
  });
  expect(view.status[9]).toBe(cellStatus.done);
  expect(view.entropy[9]).toBeCloseTo(0.9);
  expect(view.changes?.since(0)).toEqual(Uint32Array.of(9));
  expect(grid.finish('complete', madeProvenance)).not.toHaveProperty('changes');
  // The cells before keep their numbers, whatever becomes of the ones after.
  expect(before.view.status).toHaveLength(6);
});

test('the cells that came can be told by themselves, and make the same grid again', () => {
  const { view } = madeGrid();
  const cells = finishedCells(view);
  expect([...(cells?.index ?? [])]).toEqual([0, 1, 3, 5]);
  const { region, cellSize, columns, rows } = view;
  const again = new ResultGrid({
    plan: { region, cellSize, columns, rows, tissue: Uint8Array.from(view.status, (status) => Number(status !== 0)) },
    classNames: madeClasses,
    pairs: [{ fine: 0.62, coarse: 2.48 }],
    hasFamiliarity: true,
  });
  if (cells !== null) again.add(cells);
  const { changes: _, ...expected } = view;
  expect(again.view).toMatchObject(expected);
  expect(extentOfCells(view, (cell) => view.status[cell] === cellStatus.unread)).toEqual({
    x: 150,
    y: 150,
    width: 75,
    height: 75,
  });
});

test('a result that was kept without the cells that have no numbers is the same when it comes back', () => {
  const result = madeResult();
  expect(wholeResult(structuredClone(compactResult(result)))).toEqual(result);
});

test('nothing is added to a result', () => {
  const grid = madeGrid();
  grid.finish('cancelled', madeProvenance);
  const { probabilities, entropy, familiarity, similarity } = grid.view;
  const late = { index: Uint32Array.of(4), status: Uint8Array.of(1), probabilities, entropy, familiarity, similarity };
  expect(() => grid.add(late)).toThrow(/had ended/);
});
