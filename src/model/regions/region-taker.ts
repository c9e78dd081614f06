// The device's part of sharing features: encodes one region and gives what its patches need of it as plain numbers, so that
// it can be done on any thread and outlives a device. Putting regions together is tfjs-gatherer.ts.

import { avgPool, pad, reshape, slice, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { requireFinite } from '../finite.ts';
import type { Graph } from '../graphs/graph.ts';
import type { HeadLayout } from '../graphs/head-output.ts';
import type { HeadPool } from '../graphs/head-pools.ts';
import type { EncoderRaster, FeatureRegion } from '../model-runtime.ts';
import { metered } from '../work-meter.ts';

/** One region to encode; with pixels of main memory it can be posted to another thread. */
export interface RegionJob {
  readonly region: FeatureRegion;
  /** Reaches contextPx beyond the region on every side. */
  readonly raster: EncoderRaster;
  /** Feature cells between neighbouring patches, one a magnification. */
  readonly steps: readonly number[];
}

/**
 * Patches whose square has cells in the region: first column and row, and how many. Some may lie beyond the lattice: so
 * regions of one size ask for tensors of one size, wherever they lie.
 */
export interface Span {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** What a region gives. */
export interface TakenRegion {
  /** Its part of the means over pool `index`: span.rows x span.columns x channels. */
  readonly means: readonly { readonly index: number; readonly span: Span; readonly values: Float32Array }[];
  /** rows x columns x size; null where embeddings are not made a cell at a time. */
  readonly embeddings: Float32Array | null;
  /** rows x columns x channels; null where means are enough. */
  readonly features: Float32Array | null;
}

/** Takes one region at a time. */
export interface Taker {
  /** @throws Failure `out-of-memory`, `device-lost`. */
  take(job: RegionJob): Promise<TakenRegion>;
}

export interface TakerParts {
  readonly head: Graph;
  readonly layout: HeadLayout;
  readonly windowCells: number;
  /** The means that all answers come from; null when windows must be cut. */
  readonly pools: readonly HeadPool[] | null;
  /** An embedding depends on its own cell only. */
  readonly embedsCells: boolean;
  /** Multiply-adds of a patch through the given output nodes. */
  readonly headCost: (outputs: readonly string[]) => number;
  /** True where tensors lie in main memory. */
  readonly inMainMemory: boolean;
  /**
   * Hands the features of a region without its context, 1 x rows x columns x channels, to `task`, in the backend's turn. Of
   * all tensors those stay that `task` returns.
   */
  readonly encode: <T>(raster: EncoderRaster, magnification: number, task: (features: Tensor4D) => T) => Promise<T>;
  /** Wraps work on the device: tells failures apart. */
  readonly guarded: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Neither answers nor embeddings want windows. */
export function needsMeansOnly({ pools, embedsCells, layout }: TakerParts): boolean {
  return pools !== null && (embedsCells || layout.embeddings.length === 0);
}

export class RegionTaker implements Taker {
  readonly #parts: TakerParts;

  constructor(parts: TakerParts) {
    this.#parts = parts;
  }

  take(job: RegionJob): Promise<TakenRegion> {
    const { encode, guarded, windowCells, inMainMemory } = this.#parts;
    const { rows, columns, magnification } = job.region;
    return guarded(async () => {
      const { means, embeddings, features } = await encode(job.raster, magnification, (encoded) =>
        this.#tensors(job, encoded),
      );
      try {
        const [embedded = null, kept = null, ...sums] = await Promise.all([
          embeddings?.data<'float32'>(),
          features?.data<'float32'>(),
          ...means.map(({ values }) => values.data<'float32'>()),
        ]);
        const cells = rows * columns;
        const filled = Math.ceil(cells / windowCells ** 2) * windowCells ** 2;
        const taken = {
          means: means.map(({ index, span }, n) => ({ index, span, values: sums[n] ?? new Float32Array() })),
          embeddings: embedded?.slice(0, (embedded.length / filled) * cells) ?? null,
          features: kept,
        };
        requireFinite([taken.embeddings, kept, ...taken.means.map(({ values }) => values)], inMainMemory);
        return taken;
      } finally {
        for (const one of [...means.map(({ values }) => values), embeddings, features]) one?.dispose();
      }
    });
  }

  #tensors({ region, steps }: RegionJob, encoded: Tensor4D) {
    const { pools, embedsCells, layout } = this.#parts;
    const { magnification } = region;
    const step = steps[magnification] ?? 1;
    const meansOnly = needsMeansOnly(this.#parts);
    const means: { index: number; span: Span; values: Tensor }[] = [];
    for (const [index, pool] of (meansOnly ? (pools ?? []) : []).entries()) {
      if (pool.magnification !== magnification) continue;
      const span = spanOf(region, pool, step);
      if (span.columns <= 0 || span.rows <= 0) continue;
      means.push({ index, span, values: metered(0, () => partialMeans(encoded, region, pool, step, span)) });
    }
    return {
      means,
      embeddings: embedsCells && layout.embeddings.length > 0 ? this.#embed(encoded, magnification) : null,
      features: meansOnly ? null : encoded,
    };
  }

  /** Every cell's embedding, row by row; filled up to whole windows, since that is what the graph takes. */
  #embed(features: Tensor4D, magnification: number): Tensor {
    const { head, layout, windowCells: cells, headCost } = this.#parts;
    const [, rows, columns, channels] = features.shape;
    const count = rows * columns;
    const windows = Math.ceil(count / (cells * cells));
    const flat = reshape(features, [count, channels]);
    const filled =
      windows * cells * cells === count
        ? flat
        : pad(flat, [
            [0, windows * cells * cells - count],
            [0, 0],
          ]);
    const names = layout.embeddings.slice(magnification, magnification + 1);
    const [embedded] = metered(windows * headCost(names), () =>
      head.run(layout.input(reshape(filled, [windows, cells, cells, channels]), magnification), names),
    );
    if (embedded === undefined) throw new Error(`The head gave no embeddings for magnification ${magnification}.`);
    return embedded;
  }
}

function spanOf(region: FeatureRegion, pool: HeadPool, step: number): Span {
  const along = (from: number, length: number, offset: number) => {
    const first = Math.ceil((from - offset - pool.side + 1) / step);
    return { first, count: Math.floor((from + length - 1 - offset) / step) - first + 1 };
  };
  const across = along(region.column, region.columns, pool.column);
  const down = along(region.row, region.rows, pool.row);
  return { column: across.first, row: down.first, columns: across.count, rows: down.count };
}

/** What lies beyond the region counts as zero: the parts of a mean add up. */
function partialMeans(features: Tensor4D, region: FeatureRegion, pool: HeadPool, step: number, span: Span): Tensor {
  const [, rows, columns, channels] = features.shape;
  const reach = (first: number, offset: number, count: number, from: number, length: number) => {
    const begin = first * step + offset - from;
    const end = begin + (count - 1) * step + pool.side;
    return {
      before: Math.max(0, -begin),
      after: Math.max(0, end - length),
      from: Math.max(0, begin),
      to: Math.min(length, end),
    };
  };
  const x = reach(span.column, pool.column, span.columns, region.column, columns);
  const y = reach(span.row, pool.row, span.rows, region.row, rows);
  const inside = slice(features, [0, y.from, x.from, 0], [1, y.to - y.from, x.to - x.from, channels]);
  const filled = pad(inside, [
    [0, 0],
    [y.before, y.after],
    [x.before, x.after],
    [0, 0],
  ]);
  return avgPool(filled, pool.side, step, 'valid');
}
