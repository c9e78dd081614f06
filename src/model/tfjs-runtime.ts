// The model runtime on TF.js. Features stay on the device between encoder and head; a call leaves no tensor behind but
// the feature map it returns. Which backend, and whether its numbers are right, is decided elsewhere.

import { slice, type Tensor, type Tensor4D, type TensorContainer, tidy } from '@tensorflow/tfjs-core';
import { Failure } from '../lib/failure.ts';
import { acquireBackend, onBackend, releaseBackend } from './backends/backend.ts';
import { DeviceGuard, lossBehind } from './backends/device-guard.ts';
import type { DeviceLosses } from './backends/device-losses.ts';
import type { RunningBackend } from './backends/running-backend.ts';
import { ENCODE_BATCH, headSizes } from './batch-sizes.ts';
import { requireFinite } from './finite.ts';
import { areProbabilities, logarithm, noisePatches } from './folder/answer-kind.ts';
import type { GraphFiles } from './folder/graph-files.ts';
import type { ModelManifest } from './folder/manifest.ts';
import type { Graph } from './graphs/graph.ts';
import { multiplyAdds } from './graphs/graph-cost.ts';
import { HeadLayout, joinOutputs } from './graphs/head-output.ts';
import { findPools, type HeadPool, stackedParts } from './graphs/head-pools.ts';
import { HeadRunner } from './graphs/head-runner.ts';
import { makeGraph } from './graphs/make-graph.ts';
import { InputBatches } from './input-batch.ts';
import type { Backend } from './model-info.ts';
import type {
  EncoderRaster,
  FeatureMap,
  HeadOutput,
  ModelRuntime,
  PatchGatherer,
  PatchLattice,
  WindowOrigin,
} from './model-runtime.ts';
import { PixelNormaliser, sizeOf } from './pixel-batch.ts';
import { embedsCells } from './regions/embeds-cells.ts';
import { type RegionJob, RegionTaker, type TakenRegion, type TakerParts } from './regions/region-taker.ts';
import { type RemoteTaker, TakerQueue } from './regions/taker-queue.ts';
import { TfjsGatherer } from './regions/tfjs-gatherer.ts';
import { TfjsFeatureMap } from './tfjs-feature-map.ts';
import { withMaps } from './with-maps.ts';
import { metered } from './work-meter.ts';

/** The graphs of a folder: the encoders (none for a model that takes whole patches) and what answers. */
export interface NetworkFiles {
  readonly encoders: readonly GraphFiles[];
  readonly head: GraphFiles;
}

/** Starts threads of their own for the encoders of a model; none where there can be none. */
export type StartEncoders = (manifest: ModelManifest, files: NetworkFiles) => readonly RemoteTaker[];

export interface RuntimeOptions {
  /** Told when the backend's device goes away, now or later. */
  readonly losses?: DeviceLosses | undefined;
  /** Of the WASM backend; all cores when absent. */
  readonly threads?: number;
  /** Absent: regions are encoded on this thread. */
  readonly startEncoders?: StartEncoders | undefined;
}

/** Regions at work at once on a graphics device: it computes the next while the numbers of the one before are read back. */
const regionsOnDevice = 2;

/** Bytes that an encoder may want, at its widest layer, a raster px: 96 channels of float32 at half the resolution. */
const encoderBytesPerPx = 96;

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
  readonly #files: NetworkFiles;
  readonly #startEncoders: () => readonly RemoteTaker[];
  /** Made when they are first needed. */
  #parts: TakerParts | null = null;
  #taker: RegionTaker | null = null;
  #queue: TakerQueue | null = null;
  /** Multiply-adds a px of each encoder. */
  readonly #encoderCosts: readonly number[];
  readonly #headCosts = new Map<string, number>();
  readonly #layout: HeadLayout;
  /** Patches that a head call is filled up to where every size costs compiled programs: a click, an edge, a run. */
  readonly #headSizes: readonly number[];
  readonly #normaliser: PixelNormaliser;
  readonly #inputs: InputBatches;
  /** The embedding of a feature cell depends on that cell alone. */
  #embedsCells = false;
  readonly #runner: HeadRunner;
  /** True when the graph ends in a softmax; what it answers is then turned back into logits. */
  #answersProbabilities = false;
  readonly #guard: DeviceGuard;

  /**
   * Starts the backend and puts the model on it.
   * @throws Failure `backend-unavailable`, `model-invalid`, `out-of-memory`, `device-lost`.
   */
  static async create(
    backend: Backend,
    manifest: ModelManifest,
    files: NetworkFiles,
    { losses, threads, startEncoders }: RuntimeOptions = {},
  ): Promise<TfjsRuntime> {
    const running = await acquireBackend(backend, { losses, threads });
    const graphs: Graph[] = [];
    try {
      const runtime = await onBackend(backend, async () => {
        for (const file of [...files.encoders, files.head]) graphs.push(await makeGraph(file));
        return new TfjsRuntime(backend, running, manifest, graphs, files, startEncoders);
      });
      if (manifest.network.kind === 'whole-patch') await runtime.#findOutAnswer(manifest);
      await runtime.#guard.run(() => runtime.#findOutEmbeddings(running.inMainMemory));
      return runtime;
    } catch (error) {
      const told = await lossBehind(error, running);
      for (const graph of graphs) graph.dispose();
      releaseBackend(backend, running);
      throw told;
    }
  }

  private constructor(
    backend: Backend,
    running: RunningBackend,
    manifest: ModelManifest,
    graphs: readonly Graph[],
    files: NetworkFiles,
    startEncoders: StartEncoders | undefined,
  ) {
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
    this.#files = files;
    this.#startEncoders = () => (backend === 'wasm' ? (startEncoders?.(manifest, files) ?? []) : []);
    this.#layout = new HeadLayout(head, {
      encoded,
      magnifications: spacings.length,
      classes: manifest.classNames.length,
      windowCells: this.windowCells,
    });
    this.#headSizes = headSizes(encoded);
    this.headBatch = this.#layout.fixedBatch ?? this.#headSizes.at(-1) ?? 1;
    this.prefersFixedSizes = running.compilesShapes;
    // Batches buy nothing where the arithmetic is the limit, and let the map wait.
    this.encodeBatch = running.compilesShapes ? ENCODE_BATCH.compiled : ENCODE_BATCH.plain;
    this.maxRasterPx = Math.floor(Math.sqrt(running.maxTensorBytes / encoderBytesPerPx));
    this.#normaliser = new PixelNormaliser(mean, std);
    this.#inputs = new InputBatches(backend, running, this.#normaliser);
    this.#encoderCosts = files.encoders.map((file, index) => {
      const encoder = this.#encoders[index];
      return multiplyAdds(file, encoder?.outputs.slice(0, 1).map((name) => encoder.nodeOf(name)) ?? [], 1);
    });
    this.#runner = new HeadRunner({
      backend,
      head,
      most: this.headBatch,
      rowsFor: (patches) => this.#batchFor(patches),
      cost: (outputs) => this.#headCost(outputs),
    });
    this.lost = running.lost;
    this.#guard = new DeviceGuard(running);
  }

  get hasEmbeddings(): boolean {
    return this.#layout.embeddings.length > 0;
  }

  get hasFamiliarity(): boolean {
    return this.#layout.familiarity !== null;
  }

  get gpu(): GPUDevice | null {
    // Without an encoder the pixels are the features, and must outlive the next batch.
    return this.#encoders.length === 0 ? null : (this.#running.gpu?.device ?? null);
  }

  encode(rasters: readonly EncoderRaster[], magnification: number): Promise<FeatureMap> {
    const { width, height } = sizeOf(rasters);
    const stride = this.featureStridePx;
    if (width % stride !== 0 || height % stride !== 0)
      throw new Error(`Rasters must be multiples of ${stride} px, not ${width} x ${height}.`);
    return this.#guard.run(async () => {
      const batch =
        this.prefersFixedSizes && rasters.length > 1 ? Math.max(this.encodeBatch, rasters.length) : rasters.length;
      const features = await this.#inputs.use(rasters, batch, (input) =>
        tidy(() => this.#encodeNow(input, magnification)),
      );
      return new TfjsFeatureMap(features, this.#running.inMainMemory);
    });
  }

  /** The features of normalised rasters, batch x height x width x 3. */
  #encodeNow(input: Tensor, magnification: number): Tensor {
    const [batch = 0, height = 0, width = 0] = input.shape;
    const stride = this.featureStridePx;
    const which = this.#encoders.length === 1 ? 0 : magnification;
    const encoder = this.#encoders[which];
    if (encoder === undefined) return input.clone();
    const name = encoder.inputs[0]?.name ?? '';
    const work = batch * height * width * (this.#encoderCosts[which] ?? 0);
    const [output] = metered(work, () => encoder.run({ [name]: input }, encoder.outputs.slice(0, 1)));
    if (output === undefined || output.shape[1] !== height / stride || output.shape[2] !== width / stride) {
      throw new Failure(
        'model-invalid',
        `The model's encoder gave features of shape ${output?.shape.join(' x ')} for ${width} x ${height} px; its stride is not ${stride}. Mend the manifest, or export the model anew.`,
      );
    }
    return output;
  }

  classify(
    maps: readonly FeatureMap[],
    windows: readonly (readonly WindowOrigin[])[],
    { embeddings = false }: { embeddings?: boolean } = {},
  ): Promise<HeadOutput> {
    const count = windows[0]?.length ?? 0;
    if (count === 0 || windows.some((one) => one.length !== count))
      throw new Error('Every magnification needs the same windows.');
    return this.#guard.run(async () => {
      const names = this.#layout.outputNames(embeddings);
      const batches = await this.#runner.run(count, names, ({ from, patches, rows }) =>
        this.#layout.named(maps.map((map, m) => this.#cut(map, windows[m]?.slice(from, from + patches) ?? [], rows))),
      );
      const output = joinOutputs(batches, this.#layout, this.windowCells);
      const answers = [output.logits, output.logitsPerMagnification, output.familiarity, ...output.embeddings];
      requireFinite(answers, this.#running.inMainMemory);
      if (this.#answersProbabilities) logarithm(output.logits);
      return output;
    });
  }

  get gathers(): boolean {
    return this.#encoders.length > 0;
  }

  gather(lattice: PatchLattice): PatchGatherer {
    const perMagnification = this.#layout.logitsPerMagnification;
    const alone =
      perMagnification === null ? null : stackedParts(this.#files.head, this.#head.nodeOf(perMagnification));
    const width = this.#running.inMainMemory ? 1 : regionsOnDevice;
    this.#queue ??= new TakerQueue({ take: (job) => this.takeRegion(job) }, this.#startEncoders(), width);
    this.#queue.setCalm(false);
    return new TfjsGatherer({ ...this.#takerParts, runner: this.#runner, alone }, lattice, this.#queue);
  }

  /** Encodes one region of a run on this thread. @throws Failure `out-of-memory`. */
  takeRegion(job: RegionJob): Promise<TakenRegion> {
    this.#taker ??= new RegionTaker(this.#takerParts);
    return this.#taker.take(job);
  }

  get #takerParts(): TakerParts {
    this.#parts ??= {
      inMainMemory: this.#running.inMainMemory,
      head: this.#head,
      layout: this.#layout,
      windowCells: this.windowCells,
      pools: this.#pools,
      // The head takes whole regions of cells for that, of any number.
      embedsCells: this.#embedsCells && this.#layout.fixedBatch === null,
      headCost: (outputs) => this.#headCost(outputs),
      encode: (raster, magnification, task) => this.#encodeRegion(raster, magnification, task),
      guarded: (task) => this.#guard.run(task),
    };
    return this.#parts;
  }

  /** Hands features without those of the context to `task`, and keeps the tensors that it returns. */
  #encodeRegion<T>(raster: EncoderRaster, magnification: number, task: (features: Tensor4D) => T): Promise<T> {
    const margin = this.contextPx / this.featureStridePx;
    return this.#inputs.use([raster], 1, (input) => {
      const kept = tidy(() => {
        const features = this.#encodeNow(input, magnification) as Tensor4D;
        const [, rows, columns, channels] = features.shape;
        const inner = slice(features, [0, margin, margin, 0], [1, rows - 2 * margin, columns - 2 * margin, channels]);
        return task(inner) as TensorContainer;
      });
      return kept as T;
    });
  }

  get #pools(): readonly HeadPool[] | null {
    return findPools(this.#files.head, {
      inputs: this.#layout.inputs.map((name) => this.#head.nodeOf(name)),
      outputs: this.#layout.outputNames(false).map((name) => this.#head.nodeOf(name)),
      windowCells: this.windowCells,
      constant: (name) => this.#head.constant(name),
    });
  }

  #headCost(outputs: readonly string[]): number {
    const key = outputs.join();
    const known = this.#headCosts.get(key);
    if (known !== undefined) return known;
    const nodes = outputs.map((name) => this.#head.nodeOf(name));
    const cost = multiplyAdds(this.#files.head, nodes, this.windowCells ** 2);
    this.#headCosts.set(key, cost);
    return cost;
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

  async #findOutEmbeddings(inMainMemory: boolean): Promise<void> {
    this.#embedsCells = await embedsCells({
      backend: this.backend,
      inMainMemory,
      runner: this.#runner,
      layout: this.#layout,
      windowCells: this.windowCells,
    });
  }

  dispose(): void {
    if (!this.#guard.end()) return;
    this.#queue?.dispose();
    for (const graph of [...this.#encoders, this.#head]) graph.dispose();
    releaseBackend(this.backend, this.#running);
  }
}
