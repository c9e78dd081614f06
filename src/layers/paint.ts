// Paints a result layer, pixel-true: a pixel has the colour of the cell that contains its centre, opaque, so that at
// layer opacity 1 the screen shows exactly the legend's colours, and at every zoom the border between two cells is the
// border on the grid. Cells that are done are painted, unread ones get a hatch, and what is only preliminary is pale. Does
// not touch a canvas. Smooth painting is paint-smooth.ts.

import type { Rect } from '../pyramid/geometry.ts';
import { cellStatus } from '../results/analysis-result.ts';
import type { PreliminaryMap } from '../results/preliminary-map.ts';
import type { ResultView } from '../results/result-grid.ts';
import { type Colouring, colouringOf, type LayerGrid } from './cell-pixels.ts';
import { packPixel } from './colour.ts';
import { unreadColours } from './colour-map.ts';
import type { Layer } from './layer-name.ts';
import { type LayerStyle, plainStyle } from './layer-style.ts';
import { paintSmooth } from './paint-smooth.ts';

export interface LayerPainter {
  /** Pictures `rect` (level-0 px) on width x height px. The picture is overwritten by the next call. */
  paint(rect: Rect, width: number, height: number): ImageData;
  /** Takes in the cells that became done since. */
  refresh(): void;
}

/** A grid whose cells may still come. */
type GrowingGrid = LayerGrid & Pick<ResultView, 'changes'>;

/** The colours of a grid's cells, kept while a run fills it. */
export interface CellRaster {
  readonly grid: LayerGrid;
  /** rows x columns, packed pixels; 0 = nothing to show. */
  readonly pixels: Uint32Array;
  /** Takes in the cells that changed since: looks at no others. */
  refresh(): void;
}

/** Stripes of an unread cell: px from one to the next, and px wide. */
const hatch = { periodPx: 6, linePx: 2 } as const;
const hatchLine = packPixel(unreadColours.line);
const hatchGround = packPixel(unreadColours.ground);

/** A painter of `layer` over a result or the live arrays of a run. `classColors` are the model's, CSS hex. */
export function layerPainter(
  layer: Layer,
  grid: GrowingGrid,
  classColors: readonly string[],
  style: LayerStyle = plainStyle,
  preliminary: PreliminaryMap | null = null,
): LayerPainter {
  const raster = cellRaster(layer, grid, classColors, style, preliminary);
  const colouring = style.smooth ? colouringOf(layer, grid, classColors, style) : null;
  let image: ImageData | null = null;
  let words = new Uint32Array(0);
  return {
    refresh: raster.refresh,
    paint(rect, width, height) {
      if (image === null || image.width !== width || image.height !== height) {
        image = new ImageData(width, height);
        words = new Uint32Array(image.data.buffer);
      }
      paintCells(raster, rect, width, height, words);
      if (colouring !== null) paintSmooth(colouring, grid, rect, width, height, words);
      return image;
    },
  };
}

/** Of a preliminary cell, 0..255: pale beside one that is done. */
const preliminaryAlpha = 105;

function pale(pixel: number): number {
  return pixel === 0 ? 0 : ((pixel & 0xffffff) | (preliminaryAlpha << 24)) >>> 0;
}

/** Colours every cell there is, and then those that come. */
export function cellRaster(
  layer: Layer,
  grid: GrowingGrid,
  classColors: readonly string[],
  style: LayerStyle = plainStyle,
  preliminary: PreliminaryMap | null = null,
): CellRaster {
  const pixelOfCell = pixelsBy(colouringOf(layer, grid, classColors, style));
  // The coarsest magnification alone knows of no similarity between magnifications, nor of familiarity.
  const foretoldGrid =
    preliminary === null
      ? null
      : {
          ...grid,
          probabilities: preliminary.probabilities,
          entropy: preliminary.entropy,
          familiarity: null,
          similarity: [],
        };
  const pixelForetold = pixelsBy(foretoldGrid === null ? null : colouringOf(layer, foretoldGrid, classColors, style));
  const pixels = new Uint32Array(grid.columns * grid.rows);
  const paint = (cell: number) => {
    const status = grid.status[cell];
    const slot = status === cellStatus.notReached ? (preliminary?.slotOf(cell) ?? -1) : -1;
    if (slot >= 0) pixels[cell] = pale(pixelForetold(slot));
    else pixels[cell] = status === cellStatus.done ? pixelOfCell(cell) : 0;
  };
  const logs = [grid.changes, preliminary?.changes].filter((log) => log !== undefined);
  const seen = logs.map(({ length }) => length);
  for (let cell = 0; cell < pixels.length; cell++) if (grid.status[cell] !== cellStatus.noTissue) paint(cell);
  const refresh = () => {
    for (const [n, log] of logs.entries()) {
      for (const cell of log.since(seen[n] ?? 0)) paint(cell);
      seen[n] = log.length;
    }
  };
  return { grid, pixels, refresh };
}

/** The pixel of a cell by its number. */
function pixelsBy(colouring: Colouring | null): (cell: number) => number {
  if (colouring === null) return () => 0;
  const { values, stride, offset } = colouring;
  return (cell) => colouring.pixelOf(values, cell * stride + offset);
}

/** Pixels [from, to) of a line that lie in one column of cells. */
interface ColumnRun {
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/** Paints `rect` (level-0 px) on width x height px of `out`, row-major packed pixels, all of them overwritten. */
export function paintCells({ grid, pixels }: CellRaster, rect: Rect, width: number, height: number, out: Uint32Array) {
  const runs = runsOf(cellsOfPixels(rect.x, rect.width, width, grid.cellSize, grid.region.x, grid.columns));
  const rowOf = cellsOfPixels(rect.y, rect.height, height, grid.cellSize, grid.region.y, grid.rows);
  // The hatch is fixed to the slide, not to the screen, so that it does not crawl while the view moves.
  const phaseX = Math.round((rect.x / rect.width) * width);
  const phaseY = Math.round((rect.y / rect.height) * height);
  let previousRow = Number.NaN;
  /** Where the row of cells has unread ones: its stripes differ from line to line, all else repeats. */
  let hatched: ColumnRun[] = [];
  for (let y = 0; y < height; y++) {
    const row = rowOf[y] ?? -1;
    const start = y * width;
    if (row === previousRow) {
      out.copyWithin(start, start - width, start);
    } else {
      hatched = [];
      out.fill(0, start, start + width);
      for (const run of row < 0 ? [] : runs) {
        const cell = row * grid.columns + run.column;
        const pixel = pixels[cell] ?? 0;
        if (grid.status[cell] === cellStatus.unread) hatched.push(run);
        if (pixel === 0) continue;
        // Where cells are wider than pixels they are filled, since the first picture of a run is painted before the loop
        // is compiled; a slide that is seen whole has a cell a pixel, and a call for each would cost more than it paints.
        if (run.to - run.from === 1) out[start + run.from] = pixel;
        else out.fill(pixel, start + run.from, start + run.to);
      }
      previousRow = row;
    }
    for (const { from, to } of hatched) {
      for (let x = from; x < to; x++) {
        const along = x + phaseX + y + phaseY;
        const inStripe = ((along % hatch.periodPx) + hatch.periodPx) % hatch.periodPx < hatch.linePx;
        out[start + x] = inStripe ? hatchLine : hatchGround;
      }
    }
  }
}

/** The runs of pixels in one column each; pixels outside (-1) are in none. */
function runsOf(columnOf: Int32Array): ColumnRun[] {
  const runs: ColumnRun[] = [];
  let from = 0;
  for (let x = 1; x <= columnOf.length; x++) {
    const column = columnOf[from] ?? -1;
    if (x < columnOf.length && columnOf[x] === column) continue;
    if (column >= 0) runs.push({ column, from, to: x });
    from = x;
  }
  return runs;
}

/** For each of `count` pixels over [start, start + length) the index of the cell with its centre, -1 outside. */
function cellsOfPixels(
  start: number,
  length: number,
  count: number,
  cellSize: number,
  regionStart: number,
  cells: number,
): Int32Array {
  // Borders are whole multiples of the cell size (the lattice is anchored at the slide), not sums from the region's edge.
  const first = Math.round(regionStart / cellSize);
  return Int32Array.from({ length: count }, (_, pixel) => {
    const centre = start + ((pixel + 0.5) * length) / count;
    const cell = Math.floor(centre / cellSize) - first;
    return cell >= 0 && cell < cells ? cell : -1;
  });
}
