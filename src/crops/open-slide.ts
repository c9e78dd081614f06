// One slide that the pixels worker holds open: its tile store, and its description with what others say of its scale.

import { Failure } from '../lib/failure.ts';
import type { Pyramid } from '../pyramid/geometry.ts';
import type { AssociatedImage, GivenScale, SlideDescription, SlideSource } from '../slides/slide-source.ts';
import type { PictureDecoder } from '../tiles/picture-decoder.ts';
import { TileStore, type TileStoreOptions } from '../tiles/tile-store.ts';

export interface Said {
  readonly scale?: GivenScale;
  readonly sparse?: boolean;
}

export class OpenSlide {
  readonly store: TileStore;
  readonly associated: readonly AssociatedImage[];
  /** As it came, with the scale of the file. */
  readonly #own: SlideDescription;
  #description: SlideDescription;

  /** @throws Failure `bad-argument` when the scale makes no sense. */
  constructor(source: SlideSource, says: Said, decoder: PictureDecoder, options: TileStoreOptions) {
    this.#own = { ...source.description, sparse: source.description.sparse || says.sparse === true };
    this.#description = withScale(this.#own, says.scale ?? null);
    this.associated = source.associated ?? [];
    this.store = new TileStore(source, this.#own, decoder, options);
  }

  get description(): SlideDescription & Pyramid {
    return this.#description;
  }

  /** Sets the scale; null goes back to the file's own. @throws Failure `bad-argument`. */
  calibrate(scale: GivenScale | null): SlideDescription {
    this.#description = withScale(this.#own, scale);
    return this.#description;
  }
}

function withScale(own: SlideDescription, scale: GivenScale | null): SlideDescription {
  if (scale === null) return own;
  const { mppX, mppY, source } = scale;
  if (![mppX, mppY].every((mpp) => Number.isFinite(mpp) && mpp > 0)) {
    throw new Failure('bad-argument', 'The pixel size must be a number above zero, in micrometres a pixel (µm/px).');
  }
  return { ...own, mppX, mppY, mppSource: source };
}
