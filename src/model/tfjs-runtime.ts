// The model runtime on TF.js. Features stay on the device between encoder and head; a call leaves no tensor behind but
// the feature map it returns. Which backend, and whether its numbers are right, is decided elsewhere.

import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { isAbort } from '../lib/abort.ts';
import { Failure } from '../lib/failure.ts';
import { areProbabilities, logarithm, noisePatches } from './answer-kind.ts';
import { acquireBackend, onBackend, releaseBackend } from './backend.ts';
import type { DeviceLosses } from './device-losses.ts';
import { type Graph, makeGraph } from './graph.ts';
import type { GraphFiles } from './graph-files.ts';
import { HeadLayout, type HeadTensors, joinOutputs } from './head-output.ts';
import type { ModelManifest } from './manifest.ts';
import { MapEmbedder } from './map-embedder.ts';
import type { Backend } from './model-info.ts';
import type {
  FeatureMap,
  HeadOutput,
  MapEmbeddings,
  ModelRuntime,
  RasterPixels,
  WindowOrigin,
} from './model-runtime.ts';
import { PixelNormaliser, sizeOf } from './pixel-batch.ts';
import type { RunningBackend } from './running-backend.ts';
import { TfjsFeatureMap } from './tfjs-feature-map.ts';
import { withMaps } from './with-maps.ts';

/** The graphs of a folder: the encoders (none for a model that takes whole patches) and what answers. */
export interface NetworkFiles {
  readonly encoders: readonly GraphFiles[];
  readonly head: GraphFiles;
}

/** Bytes that an encoder may want, at its widest layer, a raster px: 96 channels of float32 at half the resolution. */
const encoderBytesPerPx = 96;
const lossGraceMs = 200;

export class TfjsRuntime implements ModelRuntime {
  readonly backend: Backend;
  readonly detail: string;
  readonly featureStridePx: number;
  readonly contextPx: number;
  readonly windowCells: number;
  readonly headBatch: number;
  readonly encodeBatch: number;
  readonly maxRasterPx: number;
  readonly prefersFixedSizes: boolean;
  readonly lost: Promise<string>;
  readonly #running: RunningBackend;
  readonly #encoders: readonly Graph[];
  readonly #head: Graph;
  readonly #layout: HeadLayout;
  /** Patches that a head call is filled up to where every size costs compiled programs: a click, an edge, a run. */
  readonly #headSizes: readonly number[];
  readonly #normaliser: PixelNormaliser;
  readonly #embedder: MapEmbedder;
  /** True when the graph ends in a softmax; what it answers is then turned back into logits. */
  #answersProbabilities = false;
  #lossReason: string | null = null;
  #disposed = false;
  /** How to end what waits for the device. */
  readonly #underWay = new Set<(failure: Failure) => void>();

  /**
   * Starts the backend and puts the model on it. `losses` is told when its device goes away, now or later.
   * @throws Failure `backend-unavailable`, `model-invalid`, `out-of-memory`, `device-lost`.
   */
  static async create(
    backend: Backend,
    manifest: ModelManifest,
    files: NetworkFiles,
    losses?: DeviceLosses,
  ): Promise<TfjsRuntime> {
    const running = await acquireBackend(backend, losses);
    const graphs: Graph[] = [];
    try {
      const runtime = await onBackend(backend, async () => {
        for (const file of [...files.encoders, files.head]) graphs.push(await makeGraph(file));
        return new TfjsRuntime(backend, running, manifest, graphs);
      });
      if (manifest.network.kind === 'whole-patch') await runtime.#findOutAnswer(manifest);
      await runtime.#embedder.findOut();
      return runtime;
    } catch (error) {
      const told = await lossBehind(error, running);
      for (const graph of graphs) graph.dispose();
      releaseBackend(backend, running);
      throw told;
    }
  }

  private constructor(backend: Backend, running: RunningBackend, manifest: ModelManifest, graphs: readonly Graph[]) {
    const { network, patchSizePx, spacings, mean, std } = manifest;
    const head = graphs.at(-1);
    if (head === undefined) throw new Error('A model without a graph was built.');
    const encoded = network.kind === 'encoder-head';
    this.backend = backend;
    this.detail = running.detail;
    this.featureStridePx = encoded ? network.featureStridePx : 1;
    this.contextPx = encoded ? network.contextPx : 0;
    this.windowCells = patchSizePx / this.featureStridePx;
    this.#running = running;
    this.#encoders = graphs.slice(0, -1);
    this.#head = head;
    this.#layout = new HeadLayout(head, {
      encoded,
      magnifications: spacings.length,
      classes: manifest.classNames.length,
      windowCells: this.windowCells,
    });
    this.#headSizes = encoded ? [1, 16, 64] : [1, 8];
    this.headBatch = this.#layout.fixedBatch ?? this.#headSizes.at(-1) ?? 1;
    this.prefersFixedSizes = running.compilesShapes;
    // Batches buy nothing where the arithmetic is the limit, and let the map wait.
    this.encodeBatch = running.compilesShapes ? 8 : 4;
    this.maxRasterPx = Math.floor(Math.sqrt(running.maxTensorBytes / encoderBytesPerPx));
    this.#normaliser = new PixelNormaliser(mean, std);
    this.#embedder = new MapEmbedder({
      backend,
      inMainMemory: running.inMainMemory,
      head,
      layout: this.#layout,
      windowCells: this.windowCells,
      headBatch: this.headBatch,
      batchFor: (patches) => this.#batchFor(patches),
    });
    this.lost = running.lost;
    void running.lost.then((reason) => {
      this.#lossReason = reason;
      for (const reject of this.#underWay) reject(deviceLost(reason));
    });
  }

  get hasEmbeddings(): boolean {
    return this.#layout.embeddings.length > 0;
  }

  get hasFamiliarity(): boolean {
    return this.#layout.familiarity !== null;
  }

  encode(rasters: readonly RasterPixels[], magnification: number): Promise<FeatureMap> {
    const { width, height } = sizeOf(rasters);
    const stride = this.featureStridePx;
    if (width % stride !== 0 || height % stride !== 0)
      throw new Error(`Rasters must be multiples of ${stride} px, not ${width} x ${height}.`);
    const encoder = this.#encoders[this.#encoders.length === 1 ? 0 : magnification];
    return this.#onDevice(async () => {
      const batch =
        this.prefersFixedSizes && rasters.length > 1 ? Math.max(this.encodeBatch, rasters.length) : rasters.length;
      const values = this.#normaliser.batch(rasters, batch);
      const features = await onBackend(this.backend, () =>
        tidy(() => {
          const input = tensor(values, [batch, height, width, 3]);
          if (encoder === undefined) return input;
          const name = encoder.inputs[0]?.name ?? '';
          const [output] = encoder.run({ [name]: input }, encoder.outputs.slice(0, 1));
          if (output === undefined || output.shape[1] !== height / stride || output.shape[2] !== width / stride) {
            throw new Failure(
              'model-invalid',
              `The model's encoder gave features of shape ${output?.shape.join(' x ')} for ${width} x ${height} px; its stride is not ${stride}.`,
            );
          }
          return output;
        }),
      );
      return new TfjsFeatureMap(features, this.#running.inMainMemory);
    });
  }

  classify(
    maps: readonly FeatureMap[],
    windows: readonly (readonly WindowOrigin[])[],
    { embeddings = false }: { embeddings?: boolean } = {},
  ): Promise<HeadOutput> {
    const count = windows[0]?.length ?? 0;
    if (count === 0 || windows.some((one) => one.length !== count))
      throw new Error('Every magnification needs the same windows.');
    return this.#onDevice(async () => {
      const batches: Promise<HeadTensors>[] = [];
      // All batches are handed to the device before the first is read back, so that it never waits for us.
      for (let start = 0; start < count; start += this.headBatch) {
        const part = windows.map((one) => one.slice(start, start + this.headBatch));
        batches.push(this.#classifyBatch(maps, part, embeddings));
      }
      const output = joinOutputs(await Promise.all(batches), this.#layout, this.windowCells);
      this.#checkFinite(output);
      if (this.#answersProbabilities) logarithm(output.logits);
      return output;
    });
  }

  async #classifyBatch(
    maps: readonly FeatureMap[],
    windows: readonly (readonly WindowOrigin[])[],
    embeddings: boolean,
  ): Promise<HeadTensors> {
    const patches = windows[0]?.length ?? 0;
    const batch = this.#batchFor(patches);
    const names = this.#layout.outputNames(embeddings);
    const outputs = await onBackend(this.backend, () =>
      tidy(() => {
        const inputs = maps.map((map, index) => this.#cut(map, windows[index] ?? [], batch));
        return this.#head.run(this.#layout.named(inputs), names);
      }),
    );
    try {
      const values = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      return {
        patches,
        batch,
        embeddings,
        values: new Map(names.map((name, index) => [name, values[index] ?? new Float32Array()])),
      };
    } finally {
      for (const output of outputs) output.dispose();
    }
  }

  async embedMaps(maps: readonly FeatureMap[], patches: number): Promise<readonly MapEmbeddings[] | null> {
    return this.#onDevice(() => this.#embedder.embedMaps(maps, patches));
  }

  /** How many patches a head call for `patches` of them is given. */
  #batchFor(patches: number): number {
    const few = this.prefersFixedSizes ? this.#headSizes.find((size) => size >= patches) : undefined;
    return this.#layout.fixedBatch ?? few ?? patches;
  }

  #cut(map: FeatureMap, windows: readonly WindowOrigin[], batch: number): Tensor {
    if (!(map instanceof TfjsFeatureMap)) throw new Error('This feature map is of another runtime.');
    return map.cut(windows, this.windowCells, batch);
  }

  /** A graph from elsewhere may answer logits or probabilities: a few patches of noise tell which. */
  async #findOutAnswer({ patchSizePx, spacings, classNames }: ModelManifest): Promise<void> {
    const patches = noisePatches(Math.min(4, this.headBatch), patchSizePx);
    const windows = spacings.map(() => patches.map((_, item) => ({ item, row: 0, column: 0 })));
    const rasters = spacings.map(() => patches);
    const { logits } = await withMaps(this, rasters, (maps) => this.classify(maps, windows));
    this.#answersProbabilities = areProbabilities(logits, classNames.length);
  }

  #checkFinite({ logits, logitsPerMagnification, familiarity }: HeadOutput): void {
    if ([logits, logitsPerMagnification, familiarity].every((values) => values?.every(Number.isFinite) ?? true)) return;
    if (this.#running.inMainMemory) {
      throw new Failure(
        'model-invalid',
        'The model gives numbers that are not finite. Its weights or its normalisation are wrong; export it anew.',
      );
    }
    throw new Failure(
      'out-of-memory',
      'The device gave numbers that are not finite, as it does when its memory runs out. Close other tabs and try again.',
    );
  }

  /** Tells a loss of the device from every other error. */
  async #onDevice<T>(task: () => Promise<T>): Promise<T> {
    if (this.#lossReason !== null) throw deviceLost(this.#lossReason);
    if (this.#disposed) throw new Error('The model was given back already.');
    try {
      return await this.#unlessLost(task());
    } catch (error) {
      throw await lossBehind(error, this.#running);
    }
  }

  /** Rejects at a loss too: a read from a device that is gone may never end. */
  #unlessLost<T>(task: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      void task.then(resolve, reject).finally(() => this.#underWay.delete(reject));
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const graph of [...this.#encoders, this.#head]) graph.dispose();
    releaseBackend(this.backend, this.#running);
  }
}

/**
 * `error`, or the loss of the device that is behind it. A read in flight fails a moment before the loss is told. What a
 * GPU gives up ends as an abort, which nobody here asked for: it must not pass for the user's own.
 */
async function lossBehind(error: unknown, running: RunningBackend): Promise<unknown> {
  const graceMs = running.compilesShapes ? lossGraceMs : 0;
  const grace = new Promise<null>((resolve) => setTimeout(() => resolve(null), graceMs));
  const reason = await Promise.race([running.lost, grace]);
  if (reason !== null) return deviceLost(reason);
  if (!isAbort(error)) return error;
  const untold = 'It gave up its work.';
  running.report(untold);
  return deviceLost(untold);
}

function deviceLost(reason: string): Failure {
  return new Failure('device-lost', `The graphics device went away: ${reason} Try again.`);
}
