// Features of a batch of rasters as a TF.js tensor, and the cutting of windows out of it. On backends whose tensors lie in
// main memory rows are copied, which their own gather does many times more slowly; on a GPU it is one gather.

import { gather, reshape, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { FeatureMap, WindowOrigin } from './model-runtime.ts';
import { areWholeRasters, copyWindows, windowRows } from './windows.ts';

export class TfjsFeatureMap implements FeatureMap {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly #features: Tensor;
  readonly #inMainMemory: boolean;
  #values: Float32Array | null = null;

  /** `features`: batch x rows x columns x channels; the map owns it. */
  constructor(features: Tensor, inMainMemory: boolean) {
    const [batch = 0, rows = 0, columns = 0, channels = 0] = features.shape;
    this.batch = batch;
    this.rows = rows;
    this.columns = columns;
    this.channels = channels;
    this.#features = features;
    this.#inMainMemory = inMainMemory;
  }

  /** Windows as fillTo x cells x cells x channels, the last one repeated. Call it within a tidy, with the map's backend current. */
  cut(windows: readonly WindowOrigin[], cells: number, fillTo: number): Tensor {
    if (fillTo === windows.length && areWholeRasters(this, windows, cells)) return this.#features;
    const shape: [number, number, number, number] = [fillTo, cells, cells, this.channels];
    if (this.#inMainMemory) {
      this.#values ??= this.#features.dataSync<'float32'>();
      return tensor(copyWindows(this.#values, this, windows, cells, fillTo), shape);
    }
    const rows = tensor1d(windowRows(this, windows, cells, fillTo), 'int32');
    return reshape(gather(reshape(this.#features, [-1, this.channels]), rows), shape);
  }

  dispose(): void {
    this.#features.dispose();
    this.#values = null;
  }
}
