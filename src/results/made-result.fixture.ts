// A small made result for tests: a grid with every status, numbers that differ from cell to cell, names that need care.

import type { AnalysisResult, Provenance } from './analysis-result.ts';
import { ResultGrid } from './result-grid.ts';

export const madeProvenance: Provenance = {
  app: 'Concentric 0.0.0',
  model: { id: 'made', version: '1.0.0', sha256: 'ab'.repeat(32), weights: 'model.json' },
  backend: 'wasm',
  mode: 'shared',
  step: 'half',
  calibration: 1.3,
  region: { x: 150, y: 75, width: 225, height: 150 },
  unread: 1,
  slide: { name: 'Schnitt Ä, "B" – 4.tif', width: 9000, height: 8000, mppX: 0.5, mppY: 0.4, mppSource: 'user' },
  colour: 'raw',
  tissueRule: 'made',
  createdAt: '2020-01-02T03:04:05.000Z',
};

export const madeClasses = ['fat', 'tumour, "solid"'];

/** Cells of 75 px, 3 x 2 from lattice cell (2, 1): done, done, no tissue / unread, not reached, done. */
export function madeGrid(): ResultGrid {
  const grid = new ResultGrid({
    plan: {
      region: { x: 150, y: 75, width: 225, height: 150 },
      cellSize: 75,
      columns: 3,
      rows: 2,
      tissue: Uint8Array.of(1, 1, 0, 1, 1, 1),
    },
    classNames: madeClasses,
    pairs: [{ fine: 0.62, coarse: 2.48 }],
    hasFamiliarity: true,
  });
  grid.add({
    index: Uint32Array.of(5, 0),
    status: Uint8Array.of(1, 1),
    probabilities: Float32Array.of(0.25, 0.75, 0.9, 0.1),
    entropy: Float32Array.of(0.8, 0.4),
    familiarity: Float32Array.of(0.5, 1),
    similarity: [{ aligned: Float32Array.of(0.6, -0.2), contrast: Float32Array.of(0.1, Number.NaN) }],
  });
  grid.add({
    index: Uint32Array.of(3, 1),
    status: Uint8Array.of(2, 1),
    probabilities: Float32Array.of(7, 7, 0.5, 0.5),
    entropy: Float32Array.of(7, 1),
    familiarity: Float32Array.of(7, 0),
    similarity: [{ aligned: Float32Array.of(7, 0.3), contrast: Float32Array.of(7, 0.2) }],
  });
  return grid;
}

export function madeResult(): AnalysisResult {
  return madeGrid().finish('complete', madeProvenance);
}

/** A result of `columns` x `rows` done cells, for what must also hold when there are many. */
export function largeResult(columns: number, rows: number): AnalysisResult {
  const cells = columns * rows;
  const region = { x: 0, y: 0, width: columns * 128.25, height: rows * 128.25 };
  const tissue = new Uint8Array(cells).fill(1);
  const plan = { region, cellSize: 128.25, columns, rows, tissue };
  const pairs = [
    { fine: 0.5, coarse: 1 },
    { fine: 0.5, coarse: 2 },
  ];
  const grid = new ResultGrid({ plan, classNames: ['a', 'b', 'c'], pairs, hasFamiliarity: false });
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1000) / 1000);
  grid.add({
    index: Uint32Array.from({ length: cells }, (_, i) => i),
    status: tissue,
    probabilities: numbers(cells * 3),
    entropy: numbers(cells),
    familiarity: null,
    similarity: pairs.map(() => ({ aligned: numbers(cells), contrast: numbers(cells) })),
  });
  return grid.finish('complete', { ...madeProvenance, region });
}
