// Windows of feature maps: which cells of a map make up each patch's window. Pure index work; where a patch's window
// lies is inference/exact-run.ts.

import type { FeatureMap, WindowOrigin } from './model-runtime.ts';

type MapSize = Pick<FeatureMap, 'batch' | 'rows' | 'columns'>;

/**
 * Row numbers, into a map flattened to (batch * rows * columns) x channels, of the cells of every window, row-major.
 * `fillTo` repeats the last window up to that many. @throws Error for a window that leaves its map: a bug of the caller.
 */
export function windowRows(
  map: MapSize,
  windows: readonly WindowOrigin[],
  windowCells: number,
  fillTo: number,
): Int32Array {
  const out = new Int32Array(fillTo * windowCells * windowCells);
  let at = 0;
  for (let n = 0; n < fillTo; n++) {
    const first = firstCell(map, windows[Math.min(n, windows.length - 1)], windowCells);
    for (let r = 0; r < windowCells; r++) {
      for (let c = 0; c < windowCells; c++) out[at++] = first + r * map.columns + c;
    }
  }
  return out;
}

/** The windows themselves, fillTo x windowCells x windowCells x channels, copied out of the map's `values`. */
export function copyWindows(
  values: Float32Array,
  map: MapSize & { readonly channels: number },
  windows: readonly WindowOrigin[],
  windowCells: number,
  fillTo: number,
): Float32Array {
  const valuesPerRow = windowCells * map.channels;
  const out = new Float32Array(fillTo * windowCells * valuesPerRow);
  let at = 0;
  for (let n = 0; n < fillTo; n++) {
    const first = firstCell(map, windows[Math.min(n, windows.length - 1)], windowCells);
    for (let r = 0; r < windowCells; r++) {
      const from = (first + r * map.columns) * map.channels;
      out.set(values.subarray(from, from + valuesPerRow), at);
      at += valuesPerRow;
    }
  }
  return out;
}

/** True when the windows are the map's rasters themselves, whole and in order: then nothing has to be cut. */
export function areWholeRasters(map: MapSize, windows: readonly WindowOrigin[], windowCells: number): boolean {
  if (map.rows !== windowCells || map.columns !== windowCells || windows.length !== map.batch) return false;
  return windows.every(({ item, row, column }, index) => item === index && row === 0 && column === 0);
}

/** Number of the window's first cell in the flattened map. @throws Error when the window leaves the map. */
function firstCell(map: MapSize, window: WindowOrigin | undefined, windowCells: number): number {
  if (window === undefined) throw new Error('There is no window to cut.');
  const { item, row, column } = window;
  const whole = Number.isInteger(item) && Number.isInteger(row) && Number.isInteger(column);
  const inside = item >= 0 && item < map.batch && row >= 0 && row + windowCells <= map.rows;
  if (!whole || !inside || column < 0 || column + windowCells > map.columns) {
    throw new Error(
      `Window (${item}, ${row}, ${column}) leaves its map of ${map.batch} x ${map.rows} x ${map.columns}.`,
    );
  }
  return (item * map.rows + row) * map.columns + column;
}
