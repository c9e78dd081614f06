// Writes a Deep Zoom image: descriptor, properties and JPEG tiles, laid out as libvips' dzsave does
// (Overlap 1, `vips-properties.xml` beside the levels). Tiles are 510 px instead of 254: the JPEG encoder builds its
// tables anew for every picture, which costs more than encoding a small tile.
// Format: Microsoft Deep Zoom schema of 2008.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import type { Level } from './pyramid.ts';

export const TILE_PX = 510;
export const OVERLAP_PX = 1;
const JPEG_QUALITY = 90;

/** Rows of tiles that a level has. */
export function tileRows(level: Level): number {
  return Math.ceil(level.heightPx / TILE_PX);
}

/** Encodes and writes one row of a level's tiles into `folder` (the level's own), which must exist. */
export async function writeTileRow(folder: string, level: Level, tileRow: number): Promise<void> {
  const columns = Math.ceil(level.widthPx / TILE_PX);
  for (let column = 0; column < columns; column++) {
    await writeFile(join(folder, `${column}_${tileRow}.jpg`), encodeTile(level, column, tileRow));
  }
}

/** The JPEG bytes of one tile with its overlap, 4:4:4 and the same on every machine. */
export function encodeTile(level: Level, column: number, row: number): Uint8Array {
  const x0 = Math.max(0, column * TILE_PX - OVERLAP_PX);
  const y0 = Math.max(0, row * TILE_PX - OVERLAP_PX);
  const width = Math.min(level.widthPx, (column + 1) * TILE_PX + OVERLAP_PX) - x0;
  const height = Math.min(level.heightPx, (row + 1) * TILE_PX + OVERLAP_PX) - y0;
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((y0 + y) * level.widthPx + x0 + x) * 3;
      const to = (y * width + x) * 4;
      data[to] = level.rgb[from] as number;
      data[to + 1] = level.rgb[from + 1] as number;
      data[to + 2] = level.rgb[from + 2] as number;
    }
  }
  return jpeg.encode({ data, width, height }, JPEG_QUALITY).data;
}

/** Writes `<name>.dzi` and `<name>_files/vips-properties.xml`, and makes the levels' folders. */
export async function writeDescription(
  folder: string,
  name: string,
  levels: readonly Level[],
  micronsPerPixel: number,
): Promise<void> {
  const full = levels[levels.length - 1];
  if (full === undefined) throw new Error('A pyramid without levels.');
  for (let level = 0; level < levels.length; level++) {
    await mkdir(join(folder, `${name}_files`, String(level)), { recursive: true });
  }
  const { widthPx, heightPx } = full;
  await writeFile(
    join(folder, `${name}.dzi`),
    `<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="${OVERLAP_PX}" TileSize="${TILE_PX}">
  <Size Height="${heightPx}" Width="${widthPx}"/>
</Image>
`,
  );
  const properties: readonly (readonly [string, string | number])[] = [
    ['width', widthPx],
    ['height', heightPx],
    ['openslide.mpp-x', micronsPerPixel],
    ['openslide.mpp-y', micronsPerPixel],
    ['openslide.objective-power', Math.round(10 / micronsPerPixel)],
    ['openslide.vendor', 'concentric-phantom'],
  ];
  const items = properties.map(
    ([key, value]) => `    <property>
      <name>${key}</name>
      <value type="VipsRefString">${value}</value>
    </property>
`,
  );
  await writeFile(
    join(folder, `${name}_files`, 'vips-properties.xml'),
    `<?xml version="1.0"?>
<image xmlns="http://www.vips.ecs.soton.ac.uk//dzsave">
  <properties>
${items.join('')}  </properties>
</image>
`,
  );
}
