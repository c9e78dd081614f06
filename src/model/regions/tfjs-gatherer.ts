// Features of a run's patches on backends whose tensors lie in main memory, put together from what each region gives
// (region-taker.ts). Where the head sees its windows through means only, parts of means are added up; otherwise features are
// kept and windows are cut. Embeddings, which look at one feature cell each, are made once a cell.

import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { onBackend } from '../backends/backend.ts';
import { requireFinite } from '../finite.ts';
import { joinOutputs } from '../graphs/head-output.ts';
import type { FeatureRegion, HeadOutput, PatchGatherer, PatchLattice, RasterPixels } from '../model-runtime.ts';
import { metered } from '../work-meter.ts';
import { RegionMaps } from './region-maps.ts';
import { needsMeansOnly, type Span, type TakerParts } from './region-taker.ts';
import type { TakerQueue } from './taker-queue.ts';

export interface GathererParts extends TakerParts {
  /** Nodes of the logits of each magnification alone; null when there are none. */
  readonly alone: readonly string[] | null;
}

export class TfjsGatherer implements PatchGatherer {
  readonly #parts: GathererParts;
  readonly #lattice: PatchLattice;
  readonly #queue: TakerQueue;
  readonly #needsMeansOnly: boolean;
  /** Means so far, by patch; one row a pool. */
  readonly #means = new Map<number, (Float32Array | null)[]>();
  readonly #embeddings: readonly RegionMaps[];
  readonly #features: readonly RegionMaps[];

  constructor(parts: GathererParts, lattice: PatchLattice, queue: TakerQueue) {
    this.#parts = parts;
    this.#queue = queue;
    this.#needsMeansOnly = needsMeansOnly(parts);
    this.#lattice = lattice;
    this.#embeddings = lattice.steps.map(() => new RegionMaps());
    this.#features = lattice.steps.map(() => new RegionMaps());
  }

  get answersAlone(): boolean {
    return this.#parts.alone !== null;
  }

  async add(region: FeatureRegion, raster: RasterPixels, signal?: AbortSignal): Promise<void> {
    const { columns, rows, steps } = this.#lattice;
    const { means, embeddings, features } = await this.#queue.take({ region, raster, columns, rows, steps }, signal);
    for (const { index, span, values } of means) this.#addMeans(index, span, values);
    if (embeddings !== null) this.#embeddings[region.magnification]?.add(region, embeddings);
    if (features !== null) this.#features[region.magnification]?.add(region, features);
  }

  get width(): number {
    return this.#queue.width;
  }

  setCalm(calm: boolean): void {
    this.#queue.setCalm(calm);
  }

  #addMeans(index: number, span: Span, values: Float32Array): void {
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
        // Gathering is for backends in main memory only.
        requireFinite(values, true);
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
