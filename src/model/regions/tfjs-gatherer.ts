// Features of a run's patches, put together in main memory from what each region gives (region-taker.ts), whichever device
// encodes it. Where the head sees its windows through means only, parts of means are added up; otherwise features are kept
// and windows are cut. Embeddings, which look at one feature cell each, are made once a cell.

import { type NamedTensorMap, tensor } from '@tensorflow/tfjs-core';
import { requireFinite } from '../finite.ts';
import { joinOutputs, joinRows } from '../graphs/head-output.ts';
import type { HeadBatch, HeadRunner } from '../graphs/head-runner.ts';
import type { EncoderRaster, FeatureRegion, HeadOutput, PatchGatherer, PatchLattice } from '../model-runtime.ts';
import { RegionMaps } from './region-maps.ts';
import { needsMeansOnly, type Span, type TakerParts } from './region-taker.ts';
import type { TakerQueue } from './taker-queue.ts';

export interface GathererParts extends TakerParts {
  readonly runner: HeadRunner;
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

  async add(region: FeatureRegion, raster: EncoderRaster, signal?: AbortSignal): Promise<void> {
    const { steps } = this.#lattice;
    const { means, embeddings, features } = await this.#queue.take({ region, raster, steps }, signal);
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
    const { columns, rows, wants } = this.#lattice;
    const channels = values.length / (span.columns * span.rows);
    for (let n = 0; n < span.columns * span.rows; n++) {
      const column = span.column + (n % span.columns);
      const row = span.row + Math.floor(n / span.columns);
      const patch = row * columns + column;
      if (column < 0 || column >= columns || row < 0 || row >= rows || !wants(patch)) continue;
      const part = values.subarray(n * channels, (n + 1) * channels);
      const means = this.#means.get(patch) ?? new Array<Float32Array | null>(this.#parts.pools?.length ?? 0).fill(null);
      this.#means.set(patch, means);
      const sum = means[index];
      if (sum === null || sum === undefined) means[index] = part.slice();
      else for (let k = 0; k < channels; k++) sum[k] = (sum[k] as number) + (part[k] as number);
    }
  }

  async answer(patches: readonly number[]): Promise<HeadOutput> {
    const { layout, embedsCells, windowCells, inMainMemory } = this.#parts;
    const names = layout.outputNames(!embedsCells);
    const batches = await this.#run(patches, names);
    const output = joinOutputs(batches, layout, windowCells);
    requireFinite(
      [output.logits, output.logitsPerMagnification, output.familiarity, ...output.embeddings],
      inMainMemory,
    );
    if (!embedsCells || layout.embeddings.length === 0) return output;
    const embeddings = this.#embeddings.map((maps, magnification) => this.#cut(maps, patches, magnification));
    return { ...output, embeddings, embeddingSize: this.#embeddings[0]?.size ?? 0 };
  }

  async answerAlone(patches: readonly number[], magnification: number): Promise<Float32Array> {
    const name = this.#parts.alone?.[magnification];
    if (name === undefined) throw new Error('This head gives no answer for one magnification alone.');
    const logits = joinRows(await this.#run(patches, [name], magnification), name);
    requireFinite([logits], this.#parts.inMainMemory);
    return logits;
  }

  /** Runs the head on what was gathered of the patches; of one magnification where it is given. */
  #run(patches: readonly number[], names: readonly string[], magnification?: number) {
    const { runner, guarded } = this.#parts;
    const inputs = ({ from, patches: count, rows }: HeadBatch) => {
      const some = patches.slice(from, from + count);
      // What is filled up repeats a patch, so that its numbers are finite.
      while (some.length < rows) some.push(some[0] ?? 0);
      return this.#needsMeansOnly ? this.#poolInputs(some, magnification) : this.#windows(some, magnification);
    };
    return guarded(() => runner.run(patches.length, names, inputs));
  }

  /** The means in the place of the windows. */
  #poolInputs(patches: readonly number[], magnification?: number): NamedTensorMap {
    const inputs: NamedTensorMap = {};
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

  #windows(patches: readonly number[], magnification?: number): NamedTensorMap {
    const { layout, windowCells: cells } = this.#parts;
    const inputs: NamedTensorMap = {};
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
