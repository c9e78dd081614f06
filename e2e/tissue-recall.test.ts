// Measures the tissue mask on real slides: labelled spots of a breast section (fat among them), labelled glands, and the
// phantom where the truth is known for every pixel. Skipped where the real data is not there.

import { existsSync, openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { readThumbnail } from '../src/crops/thumbnail.ts';
import { cellGrid, cellOfPoint } from '../src/pyramid/cell-grid.ts';
import { openSlide } from '../src/slides/registry.ts';
import { TileStore } from '../src/tiles/tile-store.ts';
import { tissueCells, tissueMask } from '../src/tissue/tissue-mask.ts';
import { dataFile, dataFolder } from './fixtures/data.ts';
import { glandDownsamples, glandsKept } from './fixtures/glands-on-glass.ts';
import { jpegDecoder } from './fixtures/jpeg-decoder.ts';

const PHANTOM = join(import.meta.dirname, '../public/slides/phantom');
const THUMBNAIL_PX = 2048;
const MIN_RECALL = 0.99;
const MAX_CELLS_OVER_TISSUE = 1.1;

async function open(paths: readonly string[], root: string): Promise<TileStore> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const file = new File([await openAsBlob(path)], basename(path));
      Object.defineProperty(file, 'webkitRelativePath', { value: relative(root, path) });
      return file;
    }),
  );
  const source = await openSlide({ kind: 'files', files }, new AbortController().signal);
  return new TileStore(source, source.description, jpegDecoder, {
    budgetBytes: 1 << 28,
    maxRunning: 4,
  });
}

function reason(path: string): boolean {
  if (existsSync(path)) return true;
  console.log(`Skipped: no ${path}; set CONCENTRIC_DATA to where the data is.`);
  return false;
}

const section = dataFile('slides/her2st-B4.tif');
describe.runIf(reason(section))('a breast section with fat', () => {
  test('keeps the labelled spots and leaves most of the glass', { timeout: 120_000 }, async () => {
    const store = await open([section], dataFolder);
    const mask = tissueMask(await readThumbnail(store, THUMBNAIL_PX));
    const grid = cellGrid(store.description, 64);
    const cells = tissueCells(mask, grid);
    const kept = new Map<string, boolean[]>();
    for (const line of readFileSync(dataFile('her2st/points.csv'), 'utf8').trim().split('\n').slice(1)) {
      const [image, x, y, label = ''] = line.split(',');
      const cell = cellOfPoint(grid, { x: Number(x), y: Number(y) });
      if (image !== 'images/B4.jpg' || cell === null) continue;
      kept.set(label.trim(), [...(kept.get(label.trim()) ?? []), cells[cell.row * grid.columns + cell.column] === 1]);
    }
    expect(kept.get('adipose_tissue')?.length).toBeGreaterThan(30);
    const all = [...kept.values()].flat();
    expect(all.filter(Boolean).length / all.length).toBeGreaterThanOrEqual(MIN_RECALL);
    expect(cells.filter((value) => value === 1).length / cells.length).toBeLessThan(0.35);
    // the last thumbnail px reach over the slide: that rim once passed for tissue
    const lastRow = cells.subarray((grid.rows - 1) * grid.columns);
    const lastColumn = cells.filter((_, k) => k % grid.columns === grid.columns - 1);
    expect(lastRow.filter((value) => value === 1).length).toBe(0);
    expect(lastColumn.filter((value) => value === 1).length).toBeLessThan(0.05 * grid.rows);
  });
});

const glands = dataFile('glas/images');
describe.runIf(reason(glands))('labelled glands', () => {
  test('are kept where glass lies around them', { timeout: 120_000 }, () => {
    const kept = glandsKept(glandDownsamples[0]);
    expect(kept.length).toBeGreaterThan(5000);
    expect(kept.filter(Boolean).length / kept.length).toBeGreaterThanOrEqual(MIN_RECALL);
  });
});

describe('the phantom', () => {
  test('is run where its mask has tissue, and hardly elsewhere', { timeout: 120_000 }, async () => {
    const level = join(PHANTOM, 'phantom_files/11');
    const tiles = readdirSync(level).map((name) => join(level, name));
    const properties = join(PHANTOM, 'phantom_files/vips-properties.xml');
    const store = await open([join(PHANTOM, 'phantom.dzi'), properties, ...tiles], join(PHANTOM, '..'));
    const grid = cellGrid(store.description, 64);
    const cells = tissueCells(tissueMask(await readThumbnail(store, THUMBNAIL_PX)), grid);
    const truth = decodePng(readFileSync(join(PHANTOM, 'mask.png')));
    const factor = store.description.width / truth.width;
    const tissuePx = new Uint32Array(cells.length);
    truth.data.forEach((code, k) => {
      const at = { x: (k % truth.width) * factor, y: Math.floor(k / truth.width) * factor };
      const cell = cellOfPoint(grid, at);
      if (code > 0 && cell !== null) {
        const index = cell.row * grid.columns + cell.column;
        tissuePx[index] = (tissuePx[index] ?? 0) + 1;
      }
    });
    const withTissue = tissuePx.filter((count) => count > 0).length;
    const run = cells.filter((value) => value === 1).length;
    const keptPx = tissuePx.reduce((sum, count, k) => sum + (cells[k] === 1 ? count : 0), 0);
    const allPx = tissuePx.reduce((sum, count) => sum + count, 0);
    expect(keptPx / allPx).toBeGreaterThanOrEqual(MIN_RECALL);
    expect(run / withTissue).toBeLessThanOrEqual(MAX_CELLS_OVER_TISSUE);
  });
});
