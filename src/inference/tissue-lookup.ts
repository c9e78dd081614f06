// Which cells hold tissue, by colour alone: until src/tissue has its mask.

import type { Raster } from '../crops/pixels.contract.ts';
import { type CellGrid, cellAt, cellRect } from '../pyramid/cell-grid.ts';

export const tissueRule = 'more than 2 % of a cell is coloured (largest minus smallest channel above 12)';

/** 1 for each cell of the grid with tissue; where the thumbnail could not be read (transparent) there may be some. */
export function tissueCells(thumbnail: Raster & { downsample: number }, grid: CellGrid): Uint8Array {
  const cells = new Uint8Array(grid.columns * grid.rows);
  for (let index = 0; index < cells.length; index++) {
    const { column, row } = cellAt(grid, index);
    const { x, y, width, height } = cellRect(grid, column, row);
    const { downsample, data } = thumbnail;
    const [left, top] = [Math.floor(x / downsample), Math.floor(y / downsample)];
    const right = Math.min(thumbnail.width, Math.ceil((x + width) / downsample));
    const bottom = Math.min(thumbnail.height, Math.ceil((y + height) / downsample));
    let coloured = 0;
    for (let py = top; py < bottom; py++) {
      for (let px = left; px < right; px++) {
        const [r = 0, g = 0, b = 0, alpha = 0] = data.subarray(
          (py * thumbnail.width + px) * 4,
          (py * thumbnail.width + px) * 4 + 4,
        );
        if (alpha === 0 || Math.max(r, g, b) - Math.min(r, g, b) > 12) coloured++;
      }
    }
    cells[index] = coloured > 0.02 * (right - left) * (bottom - top) ? 1 : 0;
  }
  return cells;
}
