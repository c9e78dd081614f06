// One slide that the pixels worker holds open: its tile store, and its description with what the user said of it.

import { Failure } from '../lib/failure.ts';
import type { Pyramid } from '../pyramid/geometry.ts';
import type { SlideDescription, SlideSource } from '../slides/slide-source.ts';
import type { PictureDecoder } from '../tiles/picture-decoder.ts';
import { TileStore, type TileStoreOptions } from '../tiles/tile-store.ts';

export interface UserSays {
  /** um per level-0 px. */
  readonly mpp?: number;
  readonly sparse?: boolean;
}

export class OpenSlide {
  readonly store: TileStore;
  #description: SlideDescription;

  /** @throws Failure `bad-argument` when the spacing makes no sense. */
  constructor(source: SlideSource, says: UserSays, decoder: PictureDecoder, options: TileStoreOptions) {
    const description = { ...source.description, sparse: source.description.sparse || says.sparse === true };
    this.#description = says.mpp === undefined ? description : calibrated(description, says.mpp);
    this.store = new TileStore(source, description, decoder, options);
  }

  get description(): SlideDescription & Pyramid {
    return this.#description;
  }

  /** Sets the spacing, um per level-0 px. @throws Failure `bad-argument`. */
  calibrate(mpp: number): SlideDescription {
    this.#description = calibrated(this.#description, mpp);
    return this.#description;
  }
}

function calibrated(description: SlideDescription, mpp: number): SlideDescription {
  if (!Number.isFinite(mpp) || mpp <= 0) {
    throw new Failure('bad-argument', 'The pixel size must be a number above zero, in micrometres a pixel (µm/px).');
  }
  return { ...description, mppX: mpp, mppY: mpp, mppSource: 'user' };
}
