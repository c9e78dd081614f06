// What of a TIFF is the slide: its levels, its scale, the pictures beside it. One file a kind of TIFF finds that out
// (tiff-page-list, tiff-ome, tiff-philips); reading tiles is the same for all of them.

import type { AssociatedImage } from '../slide-source.ts';
import type { TiffPage } from './tiff-pages.ts';

/** A level, and the pages that hold its colours: one, or one each for red, green and blue. */
export interface LevelOfPages {
  readonly width: number;
  readonly height: number;
  readonly downsample: number;
  readonly pages: readonly TiffPage[];
}

export interface TiffLayout {
  readonly format: string;
  /** Finest first; none when there is no picture. */
  readonly levels: readonly LevelOfPages[];
  readonly associated: readonly { readonly kind: AssociatedImage['kind']; readonly page: TiffPage }[];
  /** um per level-0 px. */
  readonly spacing: { readonly mppX: number; readonly mppY: number } | null;
  readonly objectivePower: number | null;
  readonly properties: Readonly<Record<string, string>>;
}
