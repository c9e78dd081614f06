// The loop as web viewers ship it, to be measured against: for every cell and magnification the tiles are requested anew,
// drawn on a canvas, turned into a tensor, and run alone through unfused layers on the main thread, with one thread and a
// blocking read. It is not made slower than that: it decodes without blocking, and keeps nothing else back.

import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import {
  browser,
  cast,
  div,
  expandDims,
  type io,
  setBackend,
  slice,
  sub,
  type Tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import { cropField } from '../../../src/crops/crop-field.ts';
import { planField, planSource } from '../../../src/crops/plan.ts';
import { networkRetries } from '../../../src/lib/retry.ts';
import { readGraph } from '../../../src/model/folder/graph-files.ts';
import type { ModelManifest } from '../../../src/model/folder/manifest.ts';
import { ModelFolder } from '../../../src/model/folder/model-folder.ts';
import type { Point } from '../../../src/pyramid/geometry.ts';
import { BlockedBytes, type ByteSource } from '../../../src/slides/bytes/byte-source.ts';
import { RemoteBytes } from '../../../src/slides/bytes/remote-bytes.ts';
import type { SlideSource } from '../../../src/slides/slide-source.ts';
import { openTiff } from '../../../src/slides/tiff/tiff.ts';
import { unfused } from './graphs.ts';

export interface NaiveResult {
  readonly ms: number;
  /** Cells x classes. */
  readonly probabilities: readonly (readonly number[])[];
}

interface Network {
  readonly manifest: ModelManifest;
  readonly encoder: GraphModel<io.IOHandlerSync>;
  readonly head: GraphModel<io.IOHandlerSync>;
}

const loaded = new Map<string, Promise<Network>>();
const never = new AbortController().signal;

/** Classifies the cells centred on `points` (level-0 px), one by one. `context`: feed what the model asks for around P. */
export async function runNaive(
  modelUrl: string,
  slideUrl: string,
  points: readonly Point[],
  { context }: { context: boolean },
): Promise<NaiveResult> {
  const network = await (loaded.get(modelUrl) ?? load(modelUrl));
  const slide = await openTiff(new UnkeptTiles(new RemoteBytes(slideUrl, networkRetries)), slideUrl, never);
  await classify(network, slide, points[0] ?? { x: 0, y: 0 }, context);
  const probabilities: number[][] = [];
  const start = performance.now();
  for (const point of points) probabilities.push(await classify(network, slide, point, context));
  return { ms: performance.now() - start, probabilities };
}

function load(modelUrl: string): Promise<Network> {
  const network = (async () => {
    setThreadsCount(1);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plainUrl,
      'tfjs-backend-wasm-simd.wasm': simdUrl,
      'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
    });
    await setBackend('wasm');
    const folder = await ModelFolder.open({ kind: 'url', url: modelUrl });
    const { network: kind } = folder.manifest;
    if (kind.kind !== 'encoder-head') throw new Error('The naive loop wants an encoder and a head.');
    const [encoder, head] = await Promise.all([
      readGraph(folder, kind.encoders[0] ?? ''),
      readGraph(folder, kind.head),
    ]);
    const make = (artifacts: io.ModelArtifacts) => loadGraphModelSync({ load: () => artifacts });
    return { manifest: folder.manifest, encoder: make(unfused(encoder)), head: make(unfused(head)) };
  })();
  loaded.set(modelUrl, network);
  return network;
}

/** A slide none of whose tiles is kept: every need of one is a request. Where tiles lie is looked up in what is kept. */
class UnkeptTiles extends BlockedBytes {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
  }

  override async read(start: number, end: number, signal = never): Promise<Uint8Array<ArrayBuffer>> {
    if (end - start <= 8) return super.read(start, end, signal);
    return new Uint8Array(await this.#source.read(start, end, signal));
  }
}

async function classify(network: Network, slide: SlideSource, at: Point, context: boolean): Promise<number[]> {
  const { manifest, encoder, head } = network;
  if (manifest.network.kind !== 'encoder-head') throw new Error('The naive loop wants an encoder and a head.');
  const { contextPx, featureStridePx } = manifest.network;
  const margin = context ? contextPx : 0;
  const windows: Tensor[] = [];
  for (const spacing of manifest.spacings) {
    const canvas = await drawCrop(slide, at, spacing, manifest.patchSizePx, margin, manifest.padding);
    windows.push(
      tidy(() => {
        const pixels = div(cast(browser.fromPixels(canvas), 'float32'), 255);
        const batch = expandDims(div(sub(pixels, tensor1d([...manifest.mean])), tensor1d([...manifest.std])));
        const features = encoder.predict({ input: batch }) as Tensor;
        const cells = manifest.patchSizePx / featureStridePx;
        const corner = margin / featureStridePx;
        return slice(features, [0, corner, corner, 0], [1, cells, cells, features.shape[3] ?? 0]);
      }),
    );
  }
  const logits = tidy(() => {
    const inputs = Object.fromEntries(windows.map((window, m) => [`input_${m}`, window]));
    const outputs = head.execute(inputs, ['logits']) as Tensor;
    return [...outputs.dataSync<'float32'>()].map((logit) => logit / manifest.calibration.temperature) as never;
  }) as unknown as number[];
  for (const window of windows) window.dispose();
  const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The crop on a canvas of its own, scaled by the browser; what lies beside the slide is white. */
async function drawCrop(
  slide: SlideSource,
  at: Point,
  spacing: number,
  patchSizePx: number,
  contextPx: number,
  padding: ModelManifest['padding'],
): Promise<HTMLCanvasElement> {
  const field = cropField(slide.description, at, { spacing, patchSizePx, contextPx, padding });
  const plan = planField(slide.description, field);
  const level = slide.description.levels[plan.level];
  const canvas = document.createElement('canvas');
  canvas.width = field.width;
  canvas.height = field.height;
  const drawing = canvas.getContext('2d');
  if (drawing === null || level === undefined) throw new Error('There is no canvas, or no such level.');
  drawing.fillStyle = 'white';
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  const { tileColumns, tileRows } = planSource(plan, level);
  for (const row of tileRows) {
    for (const column of tileColumns) {
      const tile = await slide.readTile({ level: plan.level, column, row }, never);
      if (tile.kind !== 'encoded') throw new Error('The naive loop draws encoded tiles only.');
      const picture = await createImageBitmap(tile.blob);
      const x = (column * level.tileWidth - plan.x.start) / plan.x.ratio;
      const y = (row * level.tileHeight - plan.y.start) / plan.y.ratio;
      drawing.drawImage(picture, x, y, picture.width / plan.x.ratio, picture.height / plan.y.ratio);
      picture.close();
    }
  }
  return canvas;
}
