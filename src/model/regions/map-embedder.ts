// Embeds whole feature maps at once. The windows of neighbouring patches overlap, and the method's embeddings look at one
// cell each, so that embedding every cell of a map once gives the embeddings of all its windows.

import { randomNormal, tidy } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';
import { onBackend } from '../backends/backend.ts';
import { requireFinite } from '../finite.ts';
import type { Graph } from '../graphs/graph.ts';
import type { HeadLayout } from '../graphs/head-output.ts';
import type { Backend } from '../model-info.ts';
import type { FeatureMap, MapEmbeddings, WindowOrigin } from '../model-runtime.ts';
import { TfjsFeatureMap } from '../tfjs-feature-map.ts';
import { coveringWindows } from '../windows.ts';

export interface EmbedderParts {
  readonly backend: Backend;
  readonly inMainMemory: boolean;
  readonly head: Graph;
  readonly layout: HeadLayout;
  readonly windowCells: number;
  readonly headBatch: number;
  /** How many windows a head call for so many is given. */
  readonly batchFor: (windows: number) => number;
}

export class MapEmbedder {
  readonly #parts: EmbedderParts;
  #embedsCells = false;

  constructor(parts: EmbedderParts) {
    this.#parts = parts;
  }

  /** True when the embedding of a cell depends on that cell alone. */
  get embedsCells(): boolean {
    return this.#embedsCells;
  }

  /**
   * The method's embeddings look at one cell each, so that whole maps can be embedded at once. A head that mixes
   * neighbours is found out by a window moved by one cell.
   */
  async findOut(): Promise<void> {
    const { backend, inMainMemory, layout, windowCells } = this.#parts;
    const channels = layout.inputChannels;
    if (layout.embeddings.length === 0 || channels === null || windowCells < 2) return;
    const side = windowCells + 1;
    const features = await onBackend(backend, () => randomNormal([1, side, side, channels], 0, 1, 'float32', 1));
    const map = new TfjsFeatureMap(features, inMainMemory);
    try {
      for (const magnification of layout.embeddings.keys()) {
        const here = await this.#embedWindows(map, magnification, [{ item: 0, row: 0, column: 0 }]);
        const moved = await this.#embedWindows(map, magnification, [{ item: 0, row: 1, column: 1 }]);
        if (!agreeMovedByOne(here, moved, windowCells)) return;
      }
      this.#embedsCells = true;
    } finally {
      map.dispose();
    }
  }

  /** See ModelRuntime.embedMaps. */
  async embedMaps(maps: readonly FeatureMap[], patches: number): Promise<readonly MapEmbeddings[] | null> {
    if (!this.#embedsCells) return null;
    const covering = maps.map((map) => coveringWindows(map, this.#parts.windowCells));
    const count = covering.reduce((sum, windows) => sum + windows.length, 0);
    if (count >= patches * maps.length) return null;
    return Promise.all(
      maps.map((map, magnification) => this.#embedMap(map, magnification, covering[magnification] ?? [])),
    );
  }

  async #embedMap(map: FeatureMap, magnification: number, windows: readonly WindowOrigin[]): Promise<MapEmbeddings> {
    const { headBatch, batchFor, windowCells: cells } = this.#parts;
    const { rows, columns } = map;
    const batches: Promise<Float32Array>[] = [];
    for (let start = 0; start < windows.length; start += headBatch) {
      batches.push(this.#embedWindows(map, magnification, windows.slice(start, start + headBatch)));
    }
    const parts = await Promise.all(batches);
    const first = parts[0] ?? new Float32Array();
    const size = first.length / (batchFor(Math.min(windows.length, headBatch)) * cells ** 2);
    const values = new Float32Array(map.batch * rows * columns * size);
    windows.forEach((window, n) => {
      const part = parts[Math.floor(n / headBatch)] ?? first;
      putWindow(values, part, n % headBatch, window, { rows, columns, cells, size });
    });
    return { values, rows, columns, size };
  }

  /** Through the part of the head that only embeddings need. */
  async #embedWindows(map: FeatureMap, magnification: number, windows: readonly WindowOrigin[]): Promise<Float32Array> {
    if (!(map instanceof TfjsFeatureMap)) throw new Error('This feature map is of another runtime.');
    const { backend, inMainMemory, head, layout, windowCells, batchFor } = this.#parts;
    const names = layout.embeddings.slice(magnification, magnification + 1);
    const [output] = await onBackend(backend, () =>
      tidy(() => head.run(layout.input(map.cut(windows, windowCells, batchFor(windows.length)), magnification), names)),
    );
    if (output === undefined) {
      throw new Failure(
        'model-invalid',
        `The model's head gives no embeddings for its magnification ${magnification + 1}. Ask whoever made the model.`,
      );
    }
    try {
      const values = await output.data<'float32'>();
      requireFinite([values], inMainMemory);
      return values;
    } finally {
      output.dispose();
    }
  }
}

/** Copies window `n` of `part` (windows x cells^2 x size) to its place in the map's embeddings. */
function putWindow(
  values: Float32Array,
  part: Float32Array,
  n: number,
  { item, row, column }: WindowOrigin,
  { rows, columns, cells, size }: { rows: number; columns: number; cells: number; size: number },
): void {
  for (let r = 0; r < cells; r++) {
    const from = (n * cells + r) * cells * size;
    values.set(part.subarray(from, from + cells * size), ((item * rows + row + r) * columns + column) * size);
  }
}

/** True when cell (r, c) of `moved` is cell (r + 1, c + 1) of `here`, as far as both have it. */
function agreeMovedByOne(here: Float32Array, moved: Float32Array, cells: number): boolean {
  const size = here.length / cells ** 2;
  for (let r = 0; r + 1 < cells; r++) {
    for (let i = 0; i < (cells - 1) * size; i++) {
      const a = here[((r + 1) * cells + 1) * size + i] ?? Number.NaN;
      if (!(Math.abs(a - (moved[r * cells * size + i] ?? Number.NaN)) < 1e-4)) return false;
    }
  }
  return true;
}
