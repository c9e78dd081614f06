// Windows of feature maps as one gather: which rows of the flattened map make up each patch's window. Pure index work.

import type { FeatureMap, WindowOrigin } from './model-runtime.ts';

/**
 * Row numbers, into a map flattened to (batch * rows * columns) x channels, of the cells of every window, row-major.
 * `fillTo` repeats the last window up to that many. @throws Error for a window that leaves its map: a bug of the caller.
 */
export function windowRows(
  map: Pick<FeatureMap, 'batch' | 'rows' | 'columns'>,
  windows: readonly WindowOrigin[],
  windowCells: number,
  fillTo: number,
): Int32Array {
  const rowsPerWindow = windowCells * windowCells;
  const out = new Int32Array(fillTo * rowsPerWindow);
  for (let n = 0; n < fillTo; n++) {
    const window = windows[Math.min(n, windows.length - 1)];
    if (window === undefined) throw new Error('There is no window to cut.');
    const { item, row, column } = window;
    const fits =
      Number.isInteger(item) &&
      Number.isInteger(row) &&
      Number.isInteger(column) &&
      item >= 0 &&
      row >= 0 &&
      column >= 0;
    if (!fits || item >= map.batch || row + windowCells > map.rows || column + windowCells > map.columns) {
      throw new Error(
        `Window (${item}, ${row}, ${column}) leaves its map of ${map.batch} x ${map.rows} x ${map.columns}.`,
      );
    }
    let at = n * rowsPerWindow;
    for (let r = 0; r < windowCells; r++) {
      const first = (item * map.rows + row + r) * map.columns + column;
      for (let c = 0; c < windowCells; c++) out[at++] = first + c;
    }
  }
  return out;
}

/** True when the windows are the map's rasters themselves, whole and in order: then nothing has to be gathered. */
export function areWholeRasters(
  map: Pick<FeatureMap, 'batch' | 'rows' | 'columns'>,
  windows: readonly WindowOrigin[],
  windowCells: number,
): boolean {
  if (map.rows !== windowCells || map.columns !== windowCells || windows.length !== map.batch) return false;
  return windows.every(({ item, row, column }, index) => item === index && row === 0 && column === 0);
}
