// Draws one field of the similarity explorer: the crop, values over it in the similarity colours, frames and marks.

import { type ColourScale, pixelOf } from '../../layers/colour-map.ts';
import type { Crop } from '../../state/concentric.ts';
import { cropImage } from './CropCanvas.tsx';
import { placeOf } from './field-cells.ts';
import type { FieldMarks } from './similarity-view.ts';

/** Enough colour to read the value, enough picture to know the place. */
const valueOpacity = 0.72;

type Context = CanvasRenderingContext2D;

/** `sizePx`: side of the canvas; `cells`: cells a side. */
export function drawField(
  context: Context,
  sizePx: number,
  crop: Crop | undefined,
  cells: number,
  marks: FieldMarks,
  scale: ColourScale,
) {
  const cellPx = sizePx / cells;
  context.clearRect(0, 0, sizePx, sizePx);
  if (crop !== undefined) drawCrop(context, sizePx, crop, marks.values !== null);
  if (marks.values !== null) drawValues(context, cellPx, cells, marks.values, scale);
  if (marks.frame !== null) {
    strokeTwice(context, 1.5, () =>
      context.rect(
        (marks.frame?.start ?? 0) * sizePx,
        (marks.frame?.start ?? 0) * sizePx,
        (marks.frame?.size ?? 1) * sizePx,
        (marks.frame?.size ?? 1) * sizePx,
      ),
    );
  }
  const box = boundsOf(marks.expected, cells);
  if (box !== null) {
    strokeTwice(context, 3, () =>
      context.rect(box.column * cellPx, box.row * cellPx, box.columns * cellPx, box.rows * cellPx),
    );
  }
  if (marks.cursor !== null) {
    const { row, column } = placeOf(marks.cursor, cells);
    strokeTwice(context, 3, () => context.rect(column * cellPx, row * cellPx, cellPx, cellPx));
  }
  if (marks.best !== null) {
    const { row, column } = placeOf(marks.best, cells);
    strokeTwice(context, 3, () =>
      context.arc((column + 0.5) * cellPx, (row + 0.5) * cellPx, cellPx / 6, 0, 2 * Math.PI),
    );
  }
}

/** Grey under values, so that the stain's colours are not taken for theirs. */
function drawCrop(context: Context, sizePx: number, crop: Crop, grey: boolean) {
  const picture = new OffscreenCanvas(crop.width, crop.height);
  picture.getContext('2d')?.putImageData(cropImage(crop), 0, 0);
  context.filter = grey ? 'grayscale(1)' : 'none';
  context.drawImage(picture, 0, 0, sizePx, sizePx);
  context.filter = 'none';
}

function drawValues(context: Context, cellPx: number, cells: number, values: Float32Array, scale: ColourScale) {
  const picture = new ImageData(cells, cells);
  new Uint32Array(picture.data.buffer).set(Array.from(values, (value) => pixelOf(scale, value)));
  const small = new OffscreenCanvas(cells, cells);
  small.getContext('2d')?.putImageData(picture, 0, 0);
  context.globalAlpha = valueOpacity;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, cells * cellPx, cells * cellPx);
  context.imageSmoothingEnabled = true;
  context.globalAlpha = 1;
}

/** Dark below light: seen on any ground. */
function strokeTwice(context: Context, widthPx: number, path: () => void) {
  context.beginPath();
  path();
  context.lineWidth = widthPx + 3;
  context.strokeStyle = '#000';
  context.stroke();
  context.lineWidth = widthPx;
  context.strokeStyle = '#fff';
  context.stroke();
}

function boundsOf(indices: readonly number[], cells: number) {
  if (indices.length === 0) return null;
  const places = indices.map((index) => placeOf(index, cells));
  const row = Math.min(...places.map((place) => place.row));
  const column = Math.min(...places.map((place) => place.column));
  const lastRow = Math.max(...places.map((place) => place.row));
  const lastColumn = Math.max(...places.map((place) => place.column));
  return { row, column, rows: lastRow - row + 1, columns: lastColumn - column + 1 };
}
