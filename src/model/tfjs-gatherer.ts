// Features of a run's patches on backends whose tensors lie in main memory. Where the head sees its windows through means
// only, each region gives its part of every mean over it and is then let go; otherwise its features are kept and windows
// are cut. Embeddings, which look at one feature cell each, are made once a cell.

import { avgPool, pad, reshape, slice, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { onBackend } from './backend.ts';
import type { Graph } from './graph.ts';
import { type HeadLayout, joinOutputs } from './head-output.ts';
import type { HeadPool } from './head-pools.ts';
import type { Backend } from './model-info.ts';
import type { FeatureRegion, HeadOutput, PatchGatherer, PatchLattice, RasterPixels } from './model-runtime.ts';
import { RegionMaps } from './region-maps.ts';
import { metered } from './work-meter.ts';

export interface GathererParts {
  readonly backend: Backend;
  readonly head: Graph;
  readonly layout: HeadLayout;
  readonly windowCells: number;
  /** The means that all answers come from; null when windows must be cut. */
  readonly pools: readonly HeadPool[] | null;
  /** An embedding depends on its own cell only. */
  readonly embedsCells: boolean;
  /** Nodes of the logits of each magnification alone; null when there are none. */
  readonly alone: readonly string[] | null;
  /** Multiply-adds of a patch through the given output nodes. */
  readonly headCost: (outputs: readonly string[]) => number;
  /** Features of a region without its context, 1 x rows x columns x channels; call it within a tidy. */
  readonly encode: (raster: RasterPixels, magnification: number) => Tensor4D;
  /** Wraps work on the device: tells failures apart. */
  readonly guarded: <T>(task: () => Promise<T>) => Promise<T>;
}

/** What one region gives: partial means (rows x columns of patches from the first) and maps. */
interface Taken {
  readonly pools: readonly { pool: HeadPool; span: Span; values: Tensor }[];
  readonly embeddings: Tensor | null;
  readonly features: Tensor | null;
}

/** Patches whose square has cells in the region: first column and row, and how many. */
interface Span {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

export class TfjsGatherer implements PatchGatherer {
  readonly #parts: GathererParts;
  readonly #lattice: PatchLattice;
  /** Means so far, by patch; one row a pool. */
  readonly #means = new Map<number, (Float32Array | null)[]>();
  readonly #embeddings: readonly RegionMaps[];
  readonly #features: readonly RegionMaps[];

  constructor(parts: GathererParts, lattice: PatchLattice) {
    this.#parts = parts;
    this.#lattice = lattice;
    this.#embeddings = lattice.steps.map(() => new RegionMaps());
    this.#features = lattice.steps.map(() => new RegionMaps());
  }

  get answersAlone(): boolean {
    return this.#parts.alone !== null;
  }

  async add(region: FeatureRegion, raster: RasterPixels): Promise<void> {
    await this.#parts.guarded(async () => {
      const taken = await onBackend(this.#parts.backend, () => this.#take(region, raster));
      const tensors = [...taken.pools.map(({ values }) => values), taken.embeddings, taken.features];
      try {
        for (const { pool, span, values } of taken.pools) this.#addMeans(pool, span, await values.data<'float32'>());
        const { rows, columns, magnification } = region;
        const embedded = await taken.embeddings?.data<'float32'>();
        if (embedded !== undefined) {
          const filled = Math.ceil((rows * columns) / this.#parts.windowCells ** 2) * this.#parts.windowCells ** 2;
          const size = embedded.length / filled;
          this.#embeddings[magnification]?.add(region, embedded.slice(0, rows * columns * size));
        }
        const features = await taken.features?.data<'float32'>();
        if (features !== undefined) this.#features[magnification]?.add(region, features);
      } finally {
        for (const one of tensors) one?.dispose();
      }
    });
  }

  #take(region: FeatureRegion, raster: RasterPixels): Taken {
    const { pools, embedsCells, layout } = this.#parts;
    const { magnification } = region;
    const taken: { -readonly [K in keyof Taken]: Taken[K] } = { pools: [], embeddings: null, features: null };
    tidy(() => {
      const features = this.#parts.encode(raster, magnification);
      const kept: Tensor[] = [];
      taken.pools = (this.#needsMeansOnly ? (pools ?? []) : [])
        .filter((pool) => pool.magnification === magnification)
        .flatMap((pool) => {
          const span = this.#spanOf(region, pool);
          if (span.columns <= 0 || span.rows <= 0) return [];
          return [{ pool, span, values: metered(0, () => this.#partialMeans(features, region, pool, span)) }];
        });
      kept.push(...taken.pools.map(({ values }) => values));
      if (embedsCells && layout.embeddings.length > 0) taken.embeddings = this.#embed(features, magnification);
      if (!this.#needsMeansOnly) taken.features = features;
      if (taken.embeddings !== null) kept.push(taken.embeddings);
      if (taken.features !== null) kept.push(taken.features);
      return kept;
    });
    return taken;
  }

  /** Neither answers nor embeddings want windows. */
  get #needsMeansOnly(): boolean {
    const { pools, embedsCells, layout } = this.#parts;
    return pools !== null && (embedsCells || layout.embeddings.length === 0);
  }

  #spanOf(region: FeatureRegion, pool: HeadPool): Span {
    const step = this.#lattice.steps[pool.magnification] ?? 1;
    const along = (from: number, length: number, offset: number, patches: number) => {
      const first = Math.max(0, Math.ceil((from - offset - pool.side + 1) / step));
      const last = Math.min(patches - 1, Math.floor((from + length - 1 - offset) / step));
      return { first, count: last - first + 1 };
    };
    const across = along(region.column, region.columns, pool.column, this.#lattice.columns);
    const down = along(region.row, region.rows, pool.row, this.#lattice.rows);
    return { column: across.first, row: down.first, columns: across.count, rows: down.count };
  }

  /** What lies beyond the region counts as zero: the parts of a mean add up. */
  #partialMeans(features: Tensor4D, region: FeatureRegion, pool: HeadPool, span: Span): Tensor {
    const step = this.#lattice.steps[pool.magnification] ?? 1;
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

  #addMeans(pool: HeadPool, span: Span, values: Float32Array): void {
    const index = this.#parts.pools?.indexOf(pool) ?? -1;
    const channels = values.length / (span.columns * span.rows);
    for (let n = 0; n < span.columns * span.rows; n++) {
      const patch =
        (span.row + Math.floor(n / span.columns)) * this.#lattice.columns + span.column + (n % span.columns);
      if (!this.#lattice.wants(patch)) continue;
      const part = values.subarray(n * channels, (n + 1) * channels);
      const means = this.#means.get(patch) ?? new Array<Float32Array | null>(this.#parts.pools?.length ?? 0).fill(null);
      this.#means.set(patch, means);
      const sum = means[index];
      if (sum === null || sum === undefined) means[index] = part.slice();
      else for (let k = 0; k < channels; k++) sum[k] = (sum[k] as number) + (part[k] as number);
    }
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

  async answer(patches: readonly number[]): Promise<HeadOutput> {
    const { layout, embedsCells, windowCells } = this.#parts;
    const names = layout.outputNames(!embedsCells);
    const values = await this.#run(patches, names, (some) =>
      this.#needsMeansOnly ? this.#poolInputs(some) : this.#windows(some),
    );
    const output = joinOutputs(
      [{ patches: patches.length, batch: patches.length, embeddings: !embedsCells, values }],
      layout,
      windowCells,
    );
    if (!embedsCells || layout.embeddings.length === 0) return output;
    const embeddings = this.#embeddings.map((maps, magnification) => this.#cut(maps, patches, magnification));
    return { ...output, embeddings, embeddingSize: this.#embeddings[0]?.size ?? 0 };
  }

  async answerAlone(patches: readonly number[], magnification: number): Promise<Float32Array> {
    const name = this.#parts.alone?.[magnification];
    if (name === undefined) throw new Error('This head gives no answer for one magnification alone.');
    const values = await this.#run(patches, [name], (some) =>
      this.#needsMeansOnly ? this.#poolInputs(some, magnification) : this.#windows(some, magnification),
    );
    return values.get(name) ?? new Float32Array();
  }

  /** Runs the head on what `inputs` makes of the patches. */
  #run(
    patches: readonly number[],
    names: readonly string[],
    inputs: (patches: readonly number[]) => Record<string, Tensor>,
  ): Promise<Map<string, Float32Array>> {
    const { backend, head, headCost, guarded } = this.#parts;
    return guarded(async () => {
      const outputs = await onBackend(backend, () =>
        tidy(() => {
          const given = inputs(patches);
          return metered(patches.length * headCost(names), () => head.run(given, names));
        }),
      );
      try {
        const values = await Promise.all(outputs.map((output) => output.data<'float32'>()));
        return new Map(names.map((name, index) => [name, values[index] ?? new Float32Array()]));
      } finally {
        for (const output of outputs) output.dispose();
      }
    });
  }

  /** The means in the place of the windows; of one magnification where it is given. */
  #poolInputs(patches: readonly number[], magnification?: number): Record<string, Tensor> {
    const inputs: Record<string, Tensor> = {};
    for (const [index, pool] of (this.#parts.pools ?? []).entries()) {
      if (magnification !== undefined && pool.magnification !== magnification) continue;
      const rows = patches.map((patch) => {
        const mean = this.#means.get(patch)?.[index];
        if (mean === null || mean === undefined) throw new Error(`Patch ${patch} was asked for too early.`);
        return mean;
      });
      const channels = rows[0]?.length ?? 0;
      const values = new Float32Array(rows.length * channels);
      rows.forEach((row, n) => void values.set(row, n * channels));
      inputs[pool.node] = tensor(values, [rows.length, channels]);
    }
    return inputs;
  }

  #windows(patches: readonly number[], magnification?: number): Record<string, Tensor> {
    const { layout, windowCells: cells } = this.#parts;
    const inputs: Record<string, Tensor> = {};
    for (const [m, maps] of this.#features.entries()) {
      if (magnification !== undefined && m !== magnification) continue;
      const values = this.#cut(maps, patches, m);
      inputs[layout.inputs[m] ?? ''] = tensor(values, [patches.length, cells, cells, maps.size]);
    }
    return inputs;
  }

  #cut(maps: RegionMaps, patches: readonly number[], magnification: number): Float32Array {
    const cells = this.#parts.windowCells;
    const step = this.#lattice.steps[magnification] ?? 1;
    const valuesPerWindow = cells * cells * maps.size;
    const out = new Float32Array(patches.length * valuesPerWindow);
    patches.forEach((patch, n) => {
      const column = (patch % this.#lattice.columns) * step;
      const row = Math.floor(patch / this.#lattice.columns) * step;
      maps.copyWindow(column, row, cells, out, n * valuesPerWindow);
    });
    return out;
  }

  forgetRegion(region: FeatureRegion): void {
    this.#embeddings[region.magnification]?.forget(region);
    this.#features[region.magnification]?.forget(region);
  }

  forgetPatches(patches: readonly number[]): void {
    for (const patch of patches) this.#means.delete(patch);
  }
}
