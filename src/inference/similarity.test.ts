import { describe, expect, test } from 'vitest';
import {
  type CellEmbeddings,
  overlapAlongAxis,
  PairScorer,
  parentMap,
  queryMap,
  similarityMatrix,
} from './similarity.ts';

describe('which coarse cell a fine cell lies in', () => {
  test('two cells a side, ratio 2: each fine cell lies in the coarse cell of its own quadrant', () => {
    expect([...parentMap(2, 2)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  test('eight cells a side, ratio 2: fine columns 0 and 1 lie in coarse column 2, 6 and 7 in 5', () => {
    const axis = overlapAlongAxis(8, 2);
    const parent = (fine: number) => [...Array(8).keys()].filter((coarse) => axis[coarse * 8 + fine] === 1);
    expect([0, 1, 2, 3, 4, 5, 6, 7].flatMap(parent)).toEqual([2, 2, 3, 3, 4, 4, 5, 5]);
  });

  test('eight cells a side, ratio 4: the fine field is the middle two by two', () => {
    const axis = overlapAlongAxis(8, 4);
    const parent = (fine: number) => [...Array(8).keys()].filter((coarse) => axis[coarse * 8 + fine] === 1);
    expect([0, 1, 2, 3, 4, 5, 6, 7].flatMap(parent)).toEqual([3, 3, 3, 3, 4, 4, 4, 4]);
  });

  test.each([
    [8, 2],
    [8, 4],
    [7, 2],
    [5, 3],
    [4, 1.7],
  ])('%i cells, ratio %f: areas equal those of counted sample points, and columns sum to 1', (cells, ratio) => {
    const map = parentMap(cells, ratio);
    const count = cells * cells;
    const samples = 60;
    for (let j = 0; j < count; j++) {
      const counted = new Float64Array(count);
      for (let s = 0; s < samples * samples; s++) {
        const x = ((j % cells) + ((s % samples) + 0.5) / samples) / cells - 0.5;
        const y = (Math.floor(j / cells) + (Math.floor(s / samples) + 0.5) / samples) / cells - 0.5;
        const i = Math.floor((y / ratio + 0.5) * cells) * cells + Math.floor((x / ratio + 0.5) * cells);
        counted[i] = (counted[i] ?? 0) + 1 / samples ** 2;
      }
      let sum = 0;
      for (let i = 0; i < count; i++) {
        sum += map[i * count + j] ?? 0;
        expect(Math.abs((map[i * count + j] ?? 0) - (counted[i] ?? 0))).toBeLessThan(0.04);
      }
      expect(sum).toBeCloseTo(1, 9);
    }
  });
});

/** Four unit vectors by hand: right, up, left, down. */
const compass = { cells: 2, size: 2, firstCell: 0 };
const fine: CellEmbeddings = { ...compass, values: Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1) };
const coarse: CellEmbeddings = { ...compass, values: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0) };

test('S, V and the scores of a pair worked out by hand', () => {
  // Rows are coarse cells (right, up, up, right), columns fine cells (right, up, left, down).
  expect([...similarityMatrix(fine, coarse)]).toEqual([1, 0, -1, 0, 0, 1, 0, -1, 0, 1, 0, -1, 1, 0, -1, 0]);
  // The four directions cancel out.
  expect([...queryMap(fine, coarse)]).toEqual([0, 0, 0, 0]);
  // Ratio 2: the diagonal holds 1, 1, 0, 0, so aligned is 1/2; all of S sums to 0, so the other twelve average -2/12.
  const { aligned, contrast } = new PairScorer(2, 2).score(fine, coarse);
  expect(aligned).toBeCloseTo(1 / 2, 12);
  expect(contrast).toBeCloseTo(1 / 2 + 2 / 12, 12);
});

test('a field among others scores as the same field alone', () => {
  const [map, coarse] = [randomCells(16, 6, 4), randomCells(8, 6, 5)];
  const third: CellEmbeddings = { ...map, cells: 8, firstCell: 2 * 64 };
  const alone: CellEmbeddings = { ...third, values: map.values.slice(2 * 64 * 6, 3 * 64 * 6), firstCell: 0 };
  expect(new PairScorer(8, 2).score(third, coarse)).toEqual(new PairScorer(8, 2).score(alone, coarse));
  expect(similarityMatrix(coarse, third)).toEqual(similarityMatrix(coarse, alone));
  expect(queryMap(third, coarse)).toEqual(queryMap(alone, coarse));
});

test('V is the mean of S over the fine cells', () => {
  const [a, b] = [randomCells(8, 16, 1), randomCells(8, 16, 2)];
  const matrix = similarityMatrix(a, b);
  queryMap(a, b).forEach((value, i) => {
    const row = matrix.subarray(i * 64, (i + 1) * 64);
    expect(value).toBeCloseTo(row.reduce((sum, one) => sum + one, 0) / 64, 6);
  });
});

test.each([
  [8, 2],
  [8, 4],
  [7, 2],
  [5, 1.5],
])('%i cells, ratio %f: the pooled scores equal those over all of S and A', (cells, ratio) => {
  for (const seed of [1, 2, 3]) {
    const [a, b] = [randomCells(cells, 12, seed), randomCells(cells, 12, seed + 10)];
    const matrix = similarityMatrix(a, b);
    const map = parentMap(cells, ratio);
    let [own, ownWeight, other, otherWeight] = [0, 0, 0, 0];
    matrix.forEach((value, index) => {
      const weight = map[index] ?? 0;
      own += weight * value;
      ownWeight += weight;
      other += (1 - weight) * value;
      otherWeight += 1 - weight;
    });
    const { aligned, contrast } = new PairScorer(cells, ratio).score(a, b);
    expect(aligned).toBeCloseTo(own / ownWeight, 6);
    expect(contrast).toBeCloseTo(own / ownWeight - other / otherWeight, 6);
  }
});

function randomCells(cells: number, size: number, seed: number): CellEmbeddings {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const values = new Float32Array(cells * cells * size);
  for (let at = 0; at < values.length; at += size) {
    const row = Array.from({ length: size }, next);
    const length = Math.hypot(...row);
    values.set(
      row.map((value) => value / length),
      at,
    );
  }
  return { cells, size, values, firstCell: 0 };
}
