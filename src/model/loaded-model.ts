// A model that is ready to answer: its manifest, its hash, and the runtime that the self-test let pass. It can move to a
// new device or the next backend after a loss, without reading the folder again.

import { deviceMemoryGiB } from '../lib/device-memory.ts';
import { backendTitles, chooseBackend } from './backends/backend-choice.ts';
import type { DeviceLosses } from './backends/device-losses.ts';
import { readOutline, readWeights } from './folder/graph-files.ts';
import type { ModelManifest } from './folder/manifest.ts';
import { requireWithinBudget } from './folder/model-budget.ts';
import { ModelFolder } from './folder/model-folder.ts';
import { answersOf, type GoldenCase, parseGolden, type SelfTestResult, selfTest } from './folder/self-test.ts';
import { type Backend, backendOrder, type ModelDetails, type ModelOrigin } from './model-info.ts';
import { modelNeed } from './model-need.ts';
import type { RasterPixels } from './model-runtime.ts';
import { settleBlock } from './settle-block.ts';
import { type NetworkFiles, type StartEncoders, TfjsRuntime } from './tfjs-runtime.ts';
import { warmUp } from './warm-up.ts';

/** What takes over from a graphics device that is lost again and again: backends that need none. */
const withoutDevice: readonly Backend[] = ['wasm', 'cpu'];

/** Tolerance for a model that brings no golden outputs, as for those that do. */
const defaultTolerance = 0.001;

interface Ready {
  readonly runtime: TfjsRuntime;
  readonly tested: SelfTestResult;
  readonly blockRasterPx: number;
  readonly reason: string;
}

export interface LoadOptions {
  /** Stands for an x_id that the folder does not give. */
  readonly id: string;
  /** Only this backend; all in order when absent. */
  readonly backend?: Backend | undefined;
  readonly losses: DeviceLosses;
  readonly startEncoders?: StartEncoders | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of the device; as the browser tells when absent. */
  readonly memoryGiB?: number | undefined;
}

export class LoadedModel {
  readonly manifest: ModelManifest;
  /** Of the folder's content, see ModelFolder.sha256. */
  readonly sha256: string;
  readonly #id: string;
  readonly #card: string | null;
  readonly #model: Model;
  readonly #losses: DeviceLosses;
  #ready: Ready;

  /**
   * @throws Failure `model-not-found`, `model-invalid`, `model-hash`, `backend-unavailable`, `self-test-failed`,
   * `out-of-memory`, `network`; an AbortError.
   */
  static async load(
    origin: ModelOrigin,
    { id, backend, losses, startEncoders, signal, memoryGiB = deviceMemoryGiB() }: LoadOptions,
  ): Promise<LoadedModel> {
    const folder = await ModelFolder.open(origin, signal);
    const { network, golden, card } = folder.manifest;
    const encoders = network.kind === 'encoder-head' ? network.encoders : [];
    const [head, ...outlines] = await Promise.all([
      readOutline(folder, network.kind === 'encoder-head' ? network.head : network.model),
      ...encoders.map((path) => readOutline(folder, path)),
    ]);
    requireWithinBudget(modelNeed(folder.manifest, { encoders: outlines, head }), memoryGiB);
    const [headFiles, files, goldenCases, cardText] = await Promise.all([
      readWeights(folder, head),
      Promise.all(outlines.map((outline) => readWeights(folder, outline))),
      golden === null ? null : folder.readJson(golden.file).then((value) => parseGolden(value, folder.manifest)),
      card === null ? null : folder.readOptionalText(card),
    ]);
    const model = {
      manifest: folder.manifest,
      files: { encoders: files, head: headFiles },
      golden: goldenCases,
      startEncoders,
    };
    const sha256 = await folder.sha256();
    const ready = await makeReady(model, backend === undefined ? backendOrder : [backend], losses);
    if (signal?.aborted) ready.runtime.dispose();
    signal?.throwIfAborted();
    return new LoadedModel(id, model, sha256, cardText, losses, ready);
  }

  private constructor(
    id: string,
    model: Model,
    sha256: string,
    card: string | null,
    losses: DeviceLosses,
    ready: Ready,
  ) {
    this.manifest = model.manifest;
    this.sha256 = sha256;
    this.#id = model.manifest.id ?? id;
    this.#model = model;
    this.#card = card;
    this.#losses = losses;
    this.#ready = ready;
  }

  get runtime(): TfjsRuntime {
    return this.#ready.runtime;
  }

  /** Raster px a side that a run's regions may have on this device. */
  get blockRasterPx(): number {
    return this.#ready.blockRasterPx;
  }

  get details(): ModelDetails {
    const { manifest } = this;
    const { runtime, tested, reason } = this.#ready;
    const pairs = manifest.spacings.flatMap((fine, index) =>
      manifest.spacings.slice(index + 1).map((coarse) => ({ fine, coarse })),
    );
    return {
      id: this.#id,
      title: manifest.title,
      version: manifest.version,
      classNames: manifest.classNames,
      spacings: manifest.spacings,
      patchSize: manifest.patchSizePx,
      backend: runtime.backend,
      selfTest: tested,
      classColors: manifest.classColors,
      tissue: manifest.tissue,
      stain: manifest.stain,
      licence: manifest.licence,
      trainingDataLicence: manifest.trainingDataLicence,
      card: this.#card,
      uncertainBelow: manifest.calibration.uncertainBelow,
      familiarityThreshold: runtime.hasFamiliarity ? manifest.familiarityThreshold : null,
      similarityPairs: runtime.hasEmbeddings ? pairs : [],
      similarityOff: similarityOff(runtime, pairs.length),
      backendReason: reason,
      contextPixels: runtime.contextPx,
      padding: manifest.padding,
    };
  }

  /**
   * Goes on after `device-lost`: the same backend on a new device, or the next one when it was lost too often.
   * Resolves with a sentence for the user. @throws Failure when no backend is left.
   */
  async recover(): Promise<string> {
    const lostOn = this.runtime.backend;
    this.runtime.dispose();
    const now = performance.now();
    const order = new Set([lostOn, ...withoutDevice]);
    const candidates = [...order].filter((backend) => !this.#losses.isUnreliable(backend, now));
    this.#ready = await makeReady(this.#model, candidates, this.#losses);
    const same = this.runtime.backend === lostOn;
    return same
      ? 'The graphics device was lost and started again. The work goes on; nothing is missing.'
      : `The graphics device was lost. The work goes on with ${backendTitles[this.runtime.backend]}, more slowly; nothing is missing.`;
  }

  dispose(): void {
    this.runtime.dispose();
  }
}

interface Model {
  readonly manifest: ModelManifest;
  readonly files: NetworkFiles;
  readonly golden: readonly GoldenCase[] | null;
  readonly startEncoders: StartEncoders | undefined;
}

async function makeReady(
  { manifest, files, golden, startEncoders }: Model,
  candidates: readonly Backend[],
  losses: DeviceLosses,
): Promise<Ready> {
  let reference = golden;
  const tolerance = manifest.golden?.tolerance ?? defaultTolerance;
  const choice = await chooseBackend(candidates, async (backend) => {
    const runtime = await TfjsRuntime.create(backend, manifest, files, { losses, startEncoders });
    try {
      reference ??= await makeReference(manifest, files, runtime);
      const tested = await selfTest(runtime, reference, tolerance);
      await warmUp(runtime, manifest.patchSizePx, manifest.spacings.length);
      const { contextPx, featureStridePx } = runtime;
      const patch = { patchSizePx: manifest.patchSizePx, contextPx, featureStridePx };
      const block = await settleBlock(runtime, patch, manifest.spacings.length);
      const detail = [runtime.detail, block.sentence].filter((part) => part !== '').join(' ');
      return { value: { runtime, tested, blockRasterPx: block.rasterPx }, detail };
    } catch (error) {
      runtime.dispose();
      throw error;
    }
  });
  const note = golden === null ? `\n${withoutGolden(choice.backend)}` : '';
  return { ...choice.value, reason: choice.reason + note };
}

function withoutGolden(backend: Backend): string {
  return backend === 'webgpu' || backend === 'webgl'
    ? 'The model brings no golden outputs, so its answers were compared with WebAssembly’s.'
    : 'The model brings no golden outputs, so it could only be checked that its answers are finite.';
}

/** What a GPU is held against when the model brings no golden outputs: WebAssembly, which needs no driver. */
async function makeReference(
  manifest: ModelManifest,
  files: NetworkFiles,
  runtime: TfjsRuntime,
): Promise<readonly GoldenCase[]> {
  const side = manifest.patchSizePx + 2 * runtime.contextPx;
  const inputs = [manifest.spacings.map((_, index) => gradientRaster(side, index))];
  if (runtime.backend === 'wasm' || runtime.backend === 'cpu') return answersOf(runtime, inputs);
  const wasm = await TfjsRuntime.create('wasm', manifest, files);
  try {
    return await answersOf(wasm, inputs);
  } finally {
    wasm.dispose();
  }
}

/** A made patch in the colours of a stained section, another for each spacing. */
function gradientRaster(side: number, seed: number): RasterPixels {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const wave = ((x * (3 + seed) + y * 5) % 64) + ((x * y) % 32);
      data.set([220 - wave, 170 - wave, 210 - (wave >> 1)], (y * side + x) * 3);
    }
  }
  return { width: side, height: side, data };
}

function similarityOff(runtime: TfjsRuntime, pairs: number): string | null {
  if (pairs === 0) return 'Similarity is off: this model looks at one magnification only.';
  if (!runtime.hasEmbeddings)
    return 'Similarity is off: this model gives classes only, without the embeddings that magnifications are compared by.';
  return null;
}
