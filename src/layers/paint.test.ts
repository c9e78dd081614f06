// A pixel belongs to the cell that contains its centre, at any zoom and any cell size; only done cells are painted.
import { describe, expect, test } from 'vitest';
import { cellStatus } from '../results/analysis-result.ts';
import { CellLog } from '../results/cell-log.ts';
import { PreliminaryMap } from '../results/preliminary-map.ts';
import { likeliestClass } from '../results/statistics.ts';
import type { LayerGrid } from './cell-pixels.ts';
import { packPixel, parseHex } from './colour.ts';
import { unreadColours } from './colour-map.ts';
import { plainStyle } from './layer-style.ts';
import { legendOf } from './legend.ts';
import { cellRaster, paintCells } from './paint.ts';

const classColors = ['#9aa0a6', '#2e7d32', '#c62828'];

/** Cells of random status and probabilities; seeded. */
function madeGrid(cellSize: number, columns: number, rows: number, firstColumn: number, firstRow: number): LayerGrid {
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const cells = columns * rows;
  const status = Uint8Array.from({ length: cells }, () =>
    random() < 0.8 ? cellStatus.done : Math.floor(random() * 4),
  );
  const values = () => Float32Array.from({ length: cells }, (_, cell) => (status[cell] === 1 ? random() : Number.NaN));
  return {
    region: { x: firstColumn * cellSize, y: firstRow * cellSize, width: columns * cellSize, height: rows * cellSize },
    cellSize,
    columns,
    rows,
    classNames: ['stroma', 'benign', 'tumour'],
    status,
    probabilities: Float32Array.from({ length: cells * 3 }, (_, i) =>
      status[Math.floor(i / 3)] === 1 ? random() : Number.NaN,
    ),
    entropy: values(),
    familiarity: values(),
    similarity: [{ fine: 0.62, coarse: 2.48, aligned: values(), contrast: values() }],
  };
}

/** What the picture must be, one pixel at a time. */
function expectedPixel(grid: LayerGrid, x: number, y: number): number | 'hatch' {
  const column = Math.floor(x / grid.cellSize) - Math.round(grid.region.x / grid.cellSize);
  const row = Math.floor(y / grid.cellSize) - Math.round(grid.region.y / grid.cellSize);
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return 0;
  const cell = row * grid.columns + column;
  if (grid.status[cell] === cellStatus.unread) return 'hatch';
  if (grid.status[cell] !== cellStatus.done) return 0;
  const colour = parseHex(classColors[likeliestClass(grid, cell)] ?? '');
  return colour === null ? 0 : packPixel(colour);
}

describe('paintCells', () => {
  const cellSizes = [64, 57.499999, 100 / 3, 40 / 0.69];
  // Level-0 px a screen px: over-zoomed eight times, about 1:1, and cells smaller than a pixel.
  const scales = [1 / 8, 0.9731, 17.3, 211.7];
  test.each(cellSizes.flatMap((size) => scales.map((scale) => [size, scale] as const)))(
    'cells of %d px at %d level-0 px a pixel',
    (cellSize, scale) => {
      const grid = madeGrid(cellSize, 41, 37, 5, 11);
      const raster = cellRaster({ kind: 'classes' }, grid, classColors);
      const [width, height] = [160, 120];
      const span = { width: width * scale, height: height * scale };
      const corner = { x: 12 * cellSize - span.width * 0.4137, y: 20 * cellSize - span.height * 0.5211 };
      const out = new Uint32Array(width * height).fill(7);
      paintCells(raster, { ...corner, ...span }, width, height, out);
      let painted = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const pixel = out[y * width + x] ?? -1;
          const centre = [corner.x + (x + 0.5) * scale, corner.y + (y + 0.5) * scale] as const;
          const expected = expectedPixel(grid, ...centre);
          if (expected === 'hatch') {
            expect([packPixel(unreadColours.line), packPixel(unreadColours.ground)]).toContain(pixel);
          } else if (pixel !== expected) {
            expect(pixel, `pixel ${x}, ${y}`).toBe(expected);
          }
          if (pixel !== 0) painted += 1;
        }
      }
      expect(painted).toBeGreaterThan(0);
    },
  );

  test('a border at whole pixels is sharp on both sides, eight times over-zoomed', () => {
    const grid = madeGrid(57.6, 4, 1, 0, 0);
    grid.status.fill(cellStatus.done);
    grid.probabilities.set([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0]);
    const out = new Uint32Array(200);
    // 25 level-0 px around the border at 57.6, eight pixels to each.
    paintCells(
      cellRaster({ kind: 'classes' }, grid, classColors),
      { x: 45.1, y: 3, width: 25, height: 1 },
      200,
      1,
      out,
    );
    const border = out.findIndex((pixel) => pixel !== out[0]);
    expect(border).toBe(Math.round((57.6 - 45.1) * 8));
    expect(new Set(out).size).toBe(2);
  });

  test('cells that become done are painted after refresh, and stay', () => {
    const grid = madeGrid(10, 3, 1, 0, 0);
    grid.status.fill(cellStatus.notReached);
    const changes = new CellLog();
    const raster = cellRaster({ kind: 'classes' }, { ...grid, changes }, classColors);
    const paint = () => {
      const out = new Uint32Array(3);
      paintCells(raster, { x: 0, y: 0, width: 30, height: 10 }, 3, 1, out);
      return [...out].map((pixel) => pixel !== 0);
    };
    expect(paint()).toEqual([false, false, false]);
    grid.probabilities.set([0.2, 0.7, 0.1], 3);
    grid.status[1] = cellStatus.done;
    changes.add(1);
    expect(paint()).toEqual([false, false, false]);
    raster.refresh();
    expect(paint()).toEqual([false, true, false]);
  });

  test('what is preliminary is pale until the cell is done', () => {
    const grid = madeGrid(10, 2, 1, 0, 0);
    grid.status.fill(cellStatus.notReached);
    const preliminary = new PreliminaryMap(2, 1, 3);
    const changes = new CellLog();
    const raster = cellRaster({ kind: 'classes' }, { ...grid, changes }, classColors, plainStyle, preliminary);
    const colour = packPixel(parseHex(classColors[2] ?? '') ?? { r: 0, g: 0, b: 0 });
    preliminary.add({
      index: Uint32Array.of(1),
      probabilities: Float32Array.of(0.1, 0.2, 0.7),
      entropy: Float32Array.of(0.5),
    });
    raster.refresh();
    const [first, second = 0] = raster.pixels;
    expect(first).toBe(0);
    expect(second & 0xffffff).toBe(colour & 0xffffff);
    expect(second >>> 24).toBeLessThan(128);
    grid.status[1] = cellStatus.done;
    grid.probabilities.set([0.1, 0.2, 0.7], 3);
    changes.add(1);
    raster.refresh();
    expect(raster.pixels[1]).toBe(colour);
  });

  test('a repaint looks at the cells that came, and at no others, however many there are', () => {
    const grid = madeGrid(10, 1000, 1000, 0, 0);
    grid.status.fill(cellStatus.notReached);
    const changes = new CellLog();
    let looks = 0;
    const status = new Proxy(grid.status, {
      get(target, name) {
        looks++;
        return Reflect.get(target, name, target);
      },
    });
    const raster = cellRaster({ kind: 'classes' }, { ...grid, status, changes }, classColors);
    grid.probabilities.set([0.2, 0.7, 0.1], 3 * 4321);
    grid.status[4321] = cellStatus.done;
    changes.add(4321);
    looks = 0;
    raster.refresh();
    raster.refresh();
    expect(looks).toBeLessThan(10);
    expect(raster.pixels[4321]).not.toBe(0);
  });

  test('familiarity is painted down to 0, the least familiar of all, unless a threshold leaves it out', () => {
    const grid = madeGrid(10, 4, 1, 0, 0);
    grid.status.fill(cellStatus.done);
    const familiarity = Float32Array.of(0, 0.2, 0.8, Number.NaN);
    const painted = (threshold: number, numbers: Float32Array | null = familiarity) => {
      const style = { ...plainStyle, threshold };
      const layer = { kind: 'familiarity' } as const;
      const { pixels } = cellRaster(layer, { ...grid, familiarity: numbers }, classColors, style);
      return [...pixels].map((pixel) => pixel !== 0);
    };
    expect(painted(0)).toEqual([true, true, true, false]);
    expect(painted(0.5)).toEqual([false, false, true, false]);
    expect(painted(0, null)).toEqual([false, false, false, false]);
  });

  test('nothing foretells familiarity: a preliminary cell is not given another cell’s', () => {
    const grid = madeGrid(10, 2, 1, 0, 0);
    grid.status.set([cellStatus.done, cellStatus.notReached]);
    grid.familiarity?.fill(0.3);
    const preliminary = new PreliminaryMap(2, 1, 3);
    preliminary.add({
      index: Uint32Array.of(1),
      probabilities: Float32Array.of(0.1, 0.2, 0.7),
      entropy: Float32Array.of(0.5),
    });
    const { pixels } = cellRaster({ kind: 'familiarity' }, grid, classColors, plainStyle, preliminary);
    expect([...pixels].map((pixel) => pixel !== 0)).toEqual([true, false]);
  });

  test('the hatch of an unread cell stays on its place on the slide when the view moves', () => {
    const grid = madeGrid(40, 1, 1, 0, 0);
    grid.status.fill(cellStatus.unread);
    const raster = cellRaster({ kind: 'classes' }, grid, classColors);
    const at = (x: number) => {
      const out = new Uint32Array(20 * 20);
      paintCells(raster, { x, y: 0, width: 20, height: 20 }, 20, 20, out);
      return out;
    };
    expect(new Set(at(0)).size).toBe(2);
    expect([...at(3)].slice(0, 17)).toEqual([...at(0)].slice(3, 20));
  });
});

describe('legendOf', () => {
  const grid = madeGrid(32, 30, 30, 0, 0);
  const hexPixels = (colours: readonly string[]) =>
    new Set(colours.map((hex) => packPixel(parseHex(hex) ?? { r: 0, g: 0, b: 0 })));

  test.each([
    { kind: 'classes' },
    { kind: 'class', className: 'tumour' },
    { kind: 'entropy' },
    { kind: 'familiarity' },
    { kind: 'similarity', fine: 0.62, coarse: 2.48 },
    { kind: 'contrast', fine: 0.62, coarse: 2.48 },
  ] as const)('every painted pixel of $kind has a colour of the legend', (layer) => {
    const legend = legendOf(layer, grid, classColors);
    const raster = cellRaster(layer, grid, classColors);
    const painted = new Set(raster.pixels);
    painted.delete(0);
    expect(legend).not.toBeNull();
    const offered =
      legend?.kind === 'ramp'
        ? hexPixels(legend.colours)
        : hexPixels(legend?.swatches.map(({ colour }) => colour) ?? []);
    expect(painted.size).toBeGreaterThan(2);
    for (const pixel of painted) expect(offered.has(pixel)).toBe(true);
  });

  test('counts each class among the done cells, and the unread ones', () => {
    const legend = legendOf({ kind: 'classes' }, grid, classColors);
    if (legend?.kind !== 'classes') throw new Error('The class layer has swatches.');
    const done = grid.status.filter((status) => status === cellStatus.done).length;
    expect(legend.swatches.map(({ className }) => className)).toEqual(grid.classNames);
    expect(legend.swatches.reduce((sum, { cells }) => sum + cells, 0)).toBe(done);
    expect(legend.swatches.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(legend.unread?.cells).toBe(grid.status.filter((status) => status === cellStatus.unread).length);
    expect(legend.swatches.every(({ areaMm2 }) => areaMm2 === null)).toBe(true);
    const ended = legendOf({ kind: 'classes' }, { ...grid, areaMm2: { tumour: 1.25 } }, classColors);
    expect(ended?.kind === 'classes' ? ended.swatches[2]?.areaMm2 : undefined).toBe(1.25);
  });

  test('familiarity marks the limit of the model, at its place on a fitted ramp too, and no other layer has it', () => {
    const limitOf = (kind: 'familiarity' | 'entropy', style = plainStyle, unlikeBelow: number | null = 0.25) => {
      const legend = legendOf({ kind }, grid, classColors, style, unlikeBelow);
      return legend?.kind === 'ramp' ? legend.limit : undefined;
    };
    expect(limitOf('familiarity')).toEqual({ position: 0.25, label: '0.25' });
    const fitted = (min: number, max: number) => ({ ...plainStyle, fitted: true, range: { min, max } });
    expect(limitOf('familiarity', fitted(0.125, 0.625))).toEqual({ position: 0.25, label: '0.25' });
    expect(limitOf('familiarity', fitted(0.5, 1))).toEqual({ position: null, label: '0.25' });
    expect(limitOf('familiarity', plainStyle, null)).toBeNull();
    expect(limitOf('entropy')).toBeNull();
  });

  test('a chosen map means doubt by the same end in familiarity as in entropy', () => {
    const style = { ...plainStyle, sequential: { name: 'made', colours: ['#000000', '#808080', '#ffffff'] } };
    const coloursOf = (kind: 'familiarity' | 'entropy') => {
      const legend = legendOf({ kind }, grid, classColors, style);
      return legend?.kind === 'ramp' ? legend.colours : [];
    };
    expect(coloursOf('familiarity')).toEqual(coloursOf('entropy').toReversed());
  });

  test('ramps say least, middle, greatest', () => {
    const labels = (layer: Parameters<typeof legendOf>[0]) => {
      const legend = legendOf(layer, grid, classColors);
      return legend?.kind === 'ramp' ? legend.ticks.map(({ label }) => label) : null;
    };
    expect(labels({ kind: 'class', className: 'benign' })).toEqual(['0', '0.5', '1']);
    expect(labels({ kind: 'similarity', fine: 0.62, coarse: 2.48 })).toEqual(['−1', '0', '1']);
    expect(labels({ kind: 'contrast', fine: 0.62, coarse: 2.48 })).toEqual(['≤ −0.5', '0', '≥ 0.5']);
    expect(labels({ kind: 'class', className: 'nothing such' })).toBeNull();
    expect(labels({ kind: 'none' })).toBeNull();
  });
});
