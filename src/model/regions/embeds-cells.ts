// Finds out whether the embedding of a feature cell depends on that cell alone, as the method's does: then every cell of a
// region is embedded once, however many windows it lies in. A head that mixes neighbours is found out by a window moved by
// one cell.

import { randomNormal } from '@tensorflow/tfjs-core';
import { onBackend } from '../backends/backend.ts';
import { type HeadLayout, joinRows } from '../graphs/head-output.ts';
import type { HeadRunner } from '../graphs/head-runner.ts';
import type { Backend } from '../model-info.ts';
import type { WindowOrigin } from '../model-runtime.ts';
import { TfjsFeatureMap } from '../tfjs-feature-map.ts';

export interface EmbedderParts {
  readonly backend: Backend;
  readonly inMainMemory: boolean;
  readonly runner: HeadRunner;
  readonly layout: HeadLayout;
  /** Feature cells a side. */
  readonly windowCells: number;
}

/** False for a head without embeddings, or of which it can't be said. */
export async function embedsCells(parts: EmbedderParts): Promise<boolean> {
  const { backend, inMainMemory, layout, windowCells } = parts;
  const channels = layout.inputChannels;
  if (layout.embeddings.length === 0 || channels === null || windowCells < 2) return false;
  const side = windowCells + 1;
  const features = await onBackend(backend, () => randomNormal([1, side, side, channels], 0, 1, 'float32', 1));
  const map = new TfjsFeatureMap(features, inMainMemory);
  try {
    for (const [magnification, name] of layout.embeddings.entries()) {
      const embed = (window: WindowOrigin) => embedWindow(parts, map, magnification, name, window);
      const here = await embed({ item: 0, row: 0, column: 0 });
      const moved = await embed({ item: 0, row: 1, column: 1 });
      if (!agreeMovedByOne(here, moved, windowCells)) return false;
    }
    return true;
  } finally {
    map.dispose();
  }
}

/** Through the part of the head that only embeddings need. */
async function embedWindow(
  { runner, layout, windowCells }: EmbedderParts,
  map: TfjsFeatureMap,
  magnification: number,
  name: string,
  window: WindowOrigin,
): Promise<Float32Array> {
  const batches = await runner.run(1, [name], ({ rows }) =>
    layout.input(map.cut([window], windowCells, rows), magnification),
  );
  return joinRows(batches, name);
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
