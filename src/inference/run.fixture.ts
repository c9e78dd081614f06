// Runs on the made slide for tests: the tiny model, a grid with holes in its tissue, work of every kind, and a run with all
// that it told.

import { expect } from 'vitest';
import type { Failure } from '../lib/failure.ts';
import { DeviceLosses } from '../model/backends/device-losses.ts';
import { LoadedModel } from '../model/loaded-model.ts';
import type { StartEncoders } from '../model/tfjs-runtime.ts';
import { pickedFiles, tinyFolder } from '../model/tiny-model.fixture.ts';
import { cellAt, cellGrid, cellRect, cellSizeOf } from '../pyramid/cell-grid.ts';
import type { Rect } from '../pyramid/geometry.ts';
import type { InferenceEvents, RunCells } from './inference.contract.ts';
import { Lattice } from './lattice.ts';
import { madePixels, madeSlide } from './made-slide.fixture.ts';
import { makeRun as runFor } from './make-run.ts';
import type { RunWork } from './plan-run.ts';
import type { RunLease } from './run-control.ts';
import { type RunGeometry, sharedSteps } from './run-geometry.ts';

/** On WASM; the caller disposes of it. */
export function tinyModel(startEncoders?: StartEncoders): Promise<LoadedModel> {
  const origin = { kind: 'files', files: pickedFiles(tinyFolder()) } as const;
  return LoadedModel.load(origin, { id: 'tiny', backend: 'wasm', losses: new DeviceLosses(), startEncoders });
}

export const grid = cellGrid(madeSlide, cellSizeOf(32, 0.5, 0.5, 'half'), { x: 0, y: 0, width: 240, height: 208 });
export const geometry: RunGeometry = {
  grid,
  mppX: 0.5,
  mppY: 0.5,
  spacings: [0.5, 1, 2],
  patchSizePx: 32,
  contextPx: 8,
  featureStridePx: 4,
  padding: 'reflect',
};
export const steps = sharedSteps(geometry, 16) ?? [];
export const cells = Array.from({ length: grid.columns * grid.rows }, (_, cell) => cell).filter(
  (cell) => cell % 11 !== 3,
);
export const exact = (): RunWork => ({ kind: 'exact', geometry, cells });
export function lattice(mostCells = 16, fixed = false) {
  return { kind: 'lattice', lattice: new Lattice(geometry, cells, steps, { mostCells, fixed }) } as const;
}

/** A run on the made slide, with everything it told. */
export function makeRun(
  model: RunLease['model'],
  work: RunWork,
  options: {
    lease?: Partial<RunLease>;
    onCells?: (cells: RunCells) => void;
    onForetold?: () => void;
    readFails?: (nth: number) => Failure | null;
    kept?: Uint8Array;
    visible?: Rect;
  } = {},
) {
  const pixels = madePixels();
  const told: RunCells[] = [];
  const foretold: InferenceEvents['preliminary'][] = [];
  const ends: InferenceEvents['finished'][] = [];
  let released = 0;
  let reads = 0;
  const run = runFor(
    {
      runId: 7,
      lease: {
        model,
        recover: () => Promise.reject(new Error('Nothing was lost.')),
        release: () => void released++,
        ...options.lease,
      },
      read: async (fields, signal) => {
        const failure = options.readFails?.(reads++) ?? null;
        if (failure !== null) throw failure;
        return pixels.client.call('fields', { handle: 1, fields, priority: 'run' }, { signal });
      },
      preliminary(message) {
        foretold.push(message);
        options.onForetold?.();
      },
      cells(message) {
        expect(ends).toHaveLength(0);
        told.push(message);
        options.onCells?.(message);
      },
      finished: (event) => ends.push(event),
    },
    work,
    {
      visible: options.visible ?? { x: -8, y: -8, width: 16, height: 16 },
      kept: options.kept ?? null,
      chances: { pause: () => Promise.resolve(), online: () => Promise.resolve(), random: () => 0 },
    },
  );
  return { run, pixels, told, foretold, ends, released: () => released };
}

/** Row by cell; @throws when a cell was told twice. */
export function rowsOf(
  told: readonly RunCells[],
): Map<number, { status: number; probabilities: number[]; aligned: number[]; contrast: number[] }> {
  const rows = new Map();
  for (const { index, status, probabilities, similarity } of told) {
    index.forEach((cell, n) => {
      if (rows.has(cell)) throw new Error(`Cell ${cell} was told twice.`);
      rows.set(cell, {
        status: status[n],
        probabilities: [...probabilities.subarray(n * 3, n * 3 + 3)],
        aligned: similarity.map(({ aligned }) => aligned[n]),
        contrast: similarity.map(({ contrast }) => contrast[n]),
      });
    });
  }
  return rows;
}

export const sorted = (keys: Iterable<number>) => [...keys].sort((a, b) => a - b);

export function centreOf(cell: number): { x: number; y: number } {
  const { column, row } = cellAt(grid, cell);
  const { x, y, width, height } = cellRect(grid, column, row);
  return { x: x + width / 2, y: y + height / 2 };
}

export function expectNear(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expect(Math.max(...expected.map((value, n) => Math.abs(value - (actual?.[n] ?? Number.NaN))))).toBeLessThan(2e-5);
}
