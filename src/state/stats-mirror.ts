// The workers' counters, mirrored here because `stats()` answers at once. Refreshed after every call that changes them
// and, at most four times a second, while tiles arrive and while a run goes on.

import type { PixelsCalls, PixelsEvents, TileStats } from '../crops/pixels.contract.ts';
import type { InferenceCalls, InferenceEvents, RuntimeStats } from '../inference/inference.contract.ts';
import type { Client } from '../lib/worker-call.ts';
import type { Stats } from './concentric.ts';

const refreshEveryMs = 250;

export class StatsMirror {
  readonly #pixels: Client<PixelsCalls, PixelsEvents>;
  readonly #inference: Client<InferenceCalls, InferenceEvents>;
  readonly #viewerBitmaps: () => number;
  readonly #onChange: (stats: Stats) => void;
  #tiles: TileStats = { tileBytes: 0, tilesDecoded: 0, tilesUnique: 0, bytesFetched: 0, openBitmaps: 0 };
  #runtime: RuntimeStats = { backend: null, tensors: 0, gpuBytes: 0, devicesLost: 0, modelMs: 0, multiplyAdds: 0 };
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `viewerBitmaps` counts the bitmaps that the viewer holds; `onChange` hears of every refresh. */
  constructor(
    pixels: Client<PixelsCalls, PixelsEvents>,
    inference: Client<InferenceCalls, InferenceEvents>,
    viewerBitmaps: () => number,
    onChange: (stats: Stats) => void,
  ) {
    this.#onChange = onChange;
    this.#pixels = pixels;
    this.#inference = inference;
    this.#viewerBitmaps = viewerBitmaps;
  }

  read(): Stats {
    const { openBitmaps, ...tiles } = this.#tiles;
    return { ...this.#runtime, ...tiles, openBitmaps: openBitmaps + this.#viewerBitmaps() };
  }

  /** Asks the workers now. */
  async refresh(): Promise<void> {
    [this.#tiles, this.#runtime] = await Promise.all([
      this.#pixels.call('stats', undefined),
      this.#inference.call('stats', undefined),
    ]);
    this.#onChange(this.read());
  }

  /** Asks soon: many calls in a row cost one question. */
  refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.refresh();
    }, refreshEveryMs);
  }
}
