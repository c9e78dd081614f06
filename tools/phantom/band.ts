// The layers of one band of rows while it is being painted, one float per pixel: what the brushes write and the
// composition reads. Brushes combine by maximum or in a fixed order of places, so a pixel's value does not depend on
// where bands begin and end.

/** Layers of the rows [firstRow, firstRow + rows) of the slide, full width, row-major. */
export interface Band {
  readonly widthPx: number;
  readonly firstRow: number;
  readonly rows: number;
  /** How much of the pixel is nucleus, [0, 1]. */
  readonly nucleus: Float32Array;
  /** Haematoxylin of the nuclei. */
  readonly chromatin: Float32Array;
  /** Collagen fibres, about [0, 1.5]. */
  readonly fibre: Float32Array;
  /** How much of the pixel is a hollow (lumen of a gland or vessel), [0, 1]. */
  readonly hollow: Float32Array;
  /** Eosin added by walls, brush borders and red cells. */
  readonly eosin: Float32Array;
}

export function emptyBand(widthPx: number, firstRow: number, rows: number): Band {
  const floats = () => new Float32Array(widthPx * rows);
  return {
    widthPx,
    firstRow,
    rows,
    nucleus: floats(),
    chromatin: floats(),
    fibre: floats(),
    hollow: floats(),
    eosin: floats(),
  };
}

/** Calls `paint(index, x, y)` for the pixels of a band within `reachPx` of a point, each way. */
export function forPixelsNear(
  band: Band,
  x: number,
  y: number,
  reachPx: number,
  paint: (index: number, x: number, y: number) => void,
): void {
  const x0 = Math.max(0, Math.floor(x - reachPx));
  const x1 = Math.min(band.widthPx - 1, Math.floor(x + reachPx));
  const y0 = Math.max(band.firstRow, Math.floor(y - reachPx));
  const y1 = Math.min(band.firstRow + band.rows - 1, Math.floor(y + reachPx));
  for (let py = y0; py <= y1; py++) {
    const row = (py - band.firstRow) * band.widthPx;
    for (let px = x0; px <= x1; px++) paint(row + px, px, py);
  }
}

/** Calls `visit(column, row)` for the cells of a lattice whose things may reach into the band, in a fixed order. */
export function forCellsNear(
  band: Band,
  pitchPx: number,
  reachPx: number,
  visit: (column: number, row: number) => void,
): void {
  const lastColumn = Math.floor((band.widthPx + reachPx) / pitchPx);
  const lastRow = Math.floor((band.firstRow + band.rows + reachPx) / pitchPx);
  for (let row = Math.floor((band.firstRow - reachPx) / pitchPx); row <= lastRow; row++) {
    for (let column = Math.floor(-reachPx / pitchPx); column <= lastColumn; column++) visit(column, row);
  }
}
