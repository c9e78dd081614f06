// Paints a layer without its cells showing: the scores are interpolated between the centres of cells (bilinear), and only
// then coloured, so that no colour appears that the legend does not have. Cells without numbers give no weight, and nothing
// is painted beyond the cells that have some: tissue's edge stays where it is.

import type { Rect } from '../pyramid/geometry.ts';
import { cellStatus } from '../results/analysis-result.ts';
import type { Colouring, LayerGrid } from './cell-pixels.ts';

/** Repaints the done cells of `rect` (level-0 px) on width x height px of `out`; what else is there stays. */
export function paintSmooth(
  colouring: Colouring,
  grid: LayerGrid,
  rect: Rect,
  width: number,
  height: number,
  out: Uint32Array,
): void {
  const { columns, rows, cellSize, status } = grid;
  const { values, stride, offset, channels } = colouring;
  const across = placesOf(rect.x, rect.width, width, cellSize, grid.region.x);
  const down = placesOf(rect.y, rect.height, height, cellSize, grid.region.y);
  // One line of cells, already mixed between the two rows it lies between; one more column on either side for the edges.
  const weights = new Float32Array(columns + 2);
  const sums = new Float32Array((columns + 2) * channels);
  const mixed = new Float32Array(channels);
  const firstColumn = Math.max(0, Math.floor(across[0] ?? 0) - 1);
  const lastColumn = Math.min(columns - 1, Math.floor(across[width - 1] ?? 0) + 2);

  const addRow = (row: number, share: number) => {
    if (row < 0 || row >= rows || share === 0) return;
    for (let column = firstColumn; column <= lastColumn; column++) {
      const cell = row * columns + column;
      if (status[cell] !== cellStatus.done) continue;
      weights[column + 1] = (weights[column + 1] ?? 0) + share;
      for (let channel = 0; channel < channels; channel++) {
        const at = (column + 1) * channels + channel;
        sums[at] = (sums[at] ?? 0) + share * (values[cell * stride + offset + channel] ?? 0);
      }
    }
  };

  for (let y = 0; y < height; y++) {
    const place = down[y] ?? 0;
    const ownRow = Math.floor(place + 0.5);
    if (ownRow < 0 || ownRow >= rows) continue;
    const upper = Math.floor(place);
    weights.fill(0);
    sums.fill(0);
    addRow(upper, 1 - (place - upper));
    addRow(upper + 1, place - upper);
    for (let x = 0; x < width; x++) {
      const at = across[x] ?? 0;
      const ownColumn = Math.floor(at + 0.5);
      if (ownColumn < 0 || ownColumn >= columns || status[ownRow * columns + ownColumn] !== cellStatus.done) continue;
      const left = Math.floor(at) + 1;
      const right = at + 1 - left;
      const weight = (1 - right) * (weights[left] ?? 0) + right * (weights[left + 1] ?? 0);
      for (let channel = 0; channel < channels; channel++) {
        const a = sums[left * channels + channel] ?? 0;
        const b = sums[(left + 1) * channels + channel] ?? 0;
        mixed[channel] = ((1 - right) * a + right * b) / weight;
      }
      out[y * width + x] = colouring.pixelOf(mixed, 0);
    }
  }
}

/** Where the centres of `count` pixels over [start, start + length) lie between cells: k at the centre of cell k. */
function placesOf(start: number, length: number, count: number, cellSize: number, regionStart: number): Float64Array {
  const first = Math.round(regionStart / cellSize);
  return Float64Array.from(
    { length: count },
    (_, pixel) => (start + ((pixel + 0.5) * length) / count) / cellSize - first - 0.5,
  );
}
