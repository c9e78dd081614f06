// The pieces of work a phantom is cut into, and how one is done: run by the workers, or directly where one thread is
// enough. Pieces of one kind may be done in any order by anybody; kinds follow each other.

import { join } from 'node:path';
import { writeTileRow } from './deep-zoom-writer.ts';
import { type Fields, fillFields } from './fields.ts';
import { makePainter, type Painter } from './paint.ts';
import { halve, type Level } from './pyramid.ts';
import type { Layout } from './regions.ts';

/** What every piece of work refers to; the arrays lie in shared memory. */
export interface Workbench {
  readonly layout: Layout;
  readonly fields: Fields;
  /** Index = Deep Zoom level. */
  readonly levels: readonly Level[];
  /** Folder of the level folders. */
  readonly tileFolder: string;
}

/** Rows are of blocks for `survey`, of px for `paint` and `halve`, of tiles for `write`; the last is excluded. */
export interface Job {
  readonly kind: 'survey' | 'paint' | 'halve' | 'write';
  /** Deep Zoom level that is written to or from. */
  readonly level: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/** Makes the function that does jobs at a workbench. */
export function makeJobRunner(bench: Workbench): (job: Job) => Promise<void> {
  let painter: Painter | undefined;
  const levelOf = (index: number): Level => {
    const level = bench.levels[index];
    if (level === undefined) throw new Error(`The pyramid has no level ${index}.`);
    return level;
  };
  return async ({ kind, level, firstRow, lastRow }) => {
    const target = levelOf(level);
    switch (kind) {
      case 'survey':
        return fillFields(bench.fields, bench.layout, firstRow, lastRow);
      case 'paint':
        painter ??= makePainter(bench.layout.seed, bench.layout.slidePx, bench.fields);
        target.rgb.set(painter.paint(firstRow, lastRow - firstRow), firstRow * target.widthPx * 3);
        return;
      case 'halve':
        return halve(levelOf(level + 1), target, firstRow, lastRow);
      case 'write':
        for (let row = firstRow; row < lastRow; row++) {
          await writeTileRow(join(bench.tileFolder, String(level)), target, row);
        }
    }
  };
}
