import { describe, expect, test } from 'vitest';
import { cellGrid } from '../pyramid/cell-grid.ts';
import { otsuRatio, quantile } from './grey.ts';
import { closed, type Mask, withoutSmall } from './morphology.ts';
import { localDeviation } from './texture.ts';
import { type Thumbnail, tissueCells, tissueMask } from './tissue-mask.ts';
import { windowSums } from './window-sums.ts';

/** A mask drawn with letters: # is inside. */
function drawn(...rows: string[]): Mask {
  return {
    width: rows[0]?.length ?? 0,
    height: rows.length,
    data: Uint8Array.from(rows.join(''), (c) => Number(c === '#')),
  };
}

function rowsOf({ width, height, data }: Mask): string[] {
  return Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((value) => (value === 1 ? '#' : '.')).join(''),
  );
}

function picture(width: number, height: number, rgba: (x: number, y: number) => readonly number[]): Thumbnail {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let k = 0; k < width * height; k++) data.set(rgba(k % width, Math.floor(k / width)), 4 * k);
  return { width, height, data, downsample: 8 };
}

const rough = (x: number, y: number) => (((x * 7 + y * 13) % 5) - 2) * 12;
const inTissue = (x: number, y: number) => x >= 60 && x < 140 && y >= 40 && y < 160;

test('window sums are sums over windows', () => {
  const data = Float32Array.from({ length: 7 * 5 }, (_, k) => (k * k) % 11);
  const sums = windowSums({ width: 7, height: 5, data }, 2);
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 7; x++) {
      let expected = 0;
      for (let v = Math.max(0, y - 2); v <= Math.min(4, y + 2); v++)
        for (let u = Math.max(0, x - 2); u <= Math.min(6, x + 2); u++) expected += data[v * 7 + u] ?? 0;
      expect(sums[y * 7 + x]).toBe(expected);
    }
  }
});

test('gaps close, shapes do not grow', () => {
  const rows = ['.........', '.........', '..#.#....', '.........', '.........'];
  expect(rowsOf(closed(drawn(...rows), 1))).toEqual(rows.map((row) => row.replace('#.#', '###')));
});

test('small holes are filled and specks wiped off, by their size', () => {
  const mask = drawn('#####...', '#.#.#..#', '###.#...', '#####.##');
  expect(rowsOf(withoutSmall(mask, 0, 2, true))).toEqual(['#####...', '###.#..#', '###.#...', '#####.##']);
  expect(rowsOf(withoutSmall(mask, 0, 3, true))).toEqual(['#####...', '#####..#', '#####...', '#####.##']);
  expect(rowsOf(withoutSmall(mask, 1, 3, false))).toEqual(['#####...', '#.#.#...', '###.#...', '#####...']);
});

test('the threshold parts smooth from rough', () => {
  const data = Float32Array.from({ length: 1000 }, (_, k) => (k < 700 ? 1.2 + (k % 7) / 10 : 15 + (k % 11)));
  const threshold = otsuRatio({ width: 1000, height: 1, data });
  expect(threshold).toBeGreaterThan(1.8);
  expect(threshold).toBeLessThan(15.1);
  expect(quantile({ width: 1000, height: 1, data }, 0.95)).toBeGreaterThan(20);
});

test('deviation is that of the window', () => {
  const data = Float32Array.from({ length: 25 }, (_, k) => (k % 2 === 0 ? 10 : 20));
  expect(localDeviation({ width: 5, height: 5, data }).data[12]).toBeCloseTo((10 * Math.sqrt(13 * 12)) / 25, 4);
});

describe('the mask', () => {
  test('takes a white seam across glass for glass', () => {
    const seamed = picture(400, 400, (x, y) => {
      const value = y === 330 && x < 200 ? 255 : inTissue(x, y) ? 180 + rough(x, y) : 220 + (x % 2);
      return [value, value, value, 255];
    });
    const mask = tissueMask(seamed);
    expect(mask.data.subarray(300 * 400).includes(1)).toBe(false);
    expect(mask.data.includes(1)).toBe(true);
  });

  test('finds pale rough tissue beside a tinted smear that is darker than it', () => {
    const slide = picture(200, 200, (x, y) => {
      const smear = Math.max(0, 60 - Math.hypot(x - 170, y - 100));
      const value = inTissue(x, y) ? 225 + rough(x, y) : 235 - smear;
      return [value, value - smear / 2, value, 255];
    });
    const mask = tissueMask(slide);
    let [found, extra, size] = [0, 0, 0];
    mask.data.forEach((value, k) => {
      const inside = inTissue(k % 200, Math.floor(k / 200));
      if (inside) size++;
      if (inside && value === 1) found++;
      if (!inside && value === 1) extra++;
    });
    expect(found).toBe(size);
    expect(extra / size).toBeLessThan(0.2);
  });

  test('an empty slide has no tissue; a slide of tissue only loses none', () => {
    expect(tissueMask(picture(100, 100, () => [240, 240, 240, 255])).data).not.toContain(1);
    const all = tissueMask(picture(100, 100, (x, y) => [190 + rough(x, y), 120, 180 + rough(y, x), 255]));
    expect(all.data).not.toContain(0);
  });

  test('what is dark is tissue though smooth, and so is what could not be read', () => {
    const mask = tissueMask(
      picture(150, 100, (x) => (x < 50 ? [90, 60, 110, 255] : x < 100 ? [240, 240, 240, 255] : [0, 0, 0, 0])),
    );
    expect([mask.data[50 * 150 + 20], mask.data[50 * 150 + 75], mask.data[50 * 150 + 130]]).toEqual([1, 0, 1]);
  });

  test('a picture seen whole at full size is a field of view: all tissue', () => {
    const field = { ...picture(60, 40, () => [240, 240, 240, 255]), downsample: 1 };
    expect(tissueMask(field).data).not.toContain(0);
  });
});

test('cells are those with a twentieth of tissue, to the fraction of a pixel', () => {
  const mask = { ...drawn('#.......', '........', '....####', '....####'), downsample: 10 };
  const cells = (cellSize: number) => [...tissueCells(mask, cellGrid({ width: 80, height: 40 }, cellSize))];
  expect(cells(20)).toEqual([1, 0, 0, 0, 0, 0, 1, 1]);
  // 44 px: the first cell holds 100 px2 and 4 x 24 of the patch, the second 36 x 24 less its part beyond the slide.
  expect(cells(44)).toEqual([1, 1]);
  expect(cells(80)).toEqual([1]);
});
