// What every slide format offers: a description, and tiles by address. A source fetches bytes; it decodes only what the
// browser can't. Keeping, sharing and retrying tiles is the tile store's work (tiles/).

import type { Level, Pyramid } from '../pyramid/geometry.ts';

export type MppSource = 'metadata' | 'manifest' | 'user';

/** The size of a level-0 px as somebody else than the file gives it: it holds over the file's own. */
export interface GivenScale {
  /** um per level-0 px. */
  readonly mppX: number;
  readonly mppY: number;
  readonly source: 'manifest' | 'user';
}

/** All that is known of a slide before any tile is read. */
export interface SlideDescription extends Pyramid {
  readonly name: string;
  /** "Deep Zoom", "Aperio SVS", "TIFF", … */
  readonly format: string;
  readonly mppSource: MppSource | null;
  readonly objectivePower: number | null;
  /** True when the format allows gaps and says that it has some: a tile that is not there is then background. */
  readonly sparse: boolean;
  /** True when the file says how its colours are meant (ICC). Pixels are used as they are stored. */
  readonly hasColourProfile?: boolean;
  /** What the file says of itself, for the properties panel; never label or macro pictures. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The slide as scripts see it. */
export interface SlideInfo {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
  /** Mean of mppX and mppY, um per level-0 px. */
  readonly mpp: number | null;
  readonly mppX: number | null;
  readonly mppY: number | null;
  readonly mppSource: MppSource | null;
  readonly levels: readonly Level[];
}

/** Where a tile is: level 0 is the finest. */
export interface TileAddress {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** A rectangle of a picture, px. */
export interface PictureCore {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A tile as its format holds it. `encoded`: a picture the browser decodes, of which the rectangle `core` (px of that
 * picture) is the tile itself; the rest is overlap or padding; where the picture ends up to `slackPx` before the core does,
 * its last row or column is repeated, and with `isWholeLevel` a picture larger than the core is of another level.
 * `pixels`: RGBA rows of exactly the tile's size.
 * `missing`: there is no such tile (whether that means background is for the tile store to say).
 */
export type SourceTile =
  | { kind: 'encoded'; blob: Blob; core: PictureCore; slackPx?: number; isWholeLevel?: boolean }
  | { kind: 'pixels'; data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number }
  | { kind: 'missing' };

/**
 * A picture that a scanner keeps beside the slide. It may show a name: nothing reads it unless the user asks, it is never
 * part of a level, and never exported.
 */
export interface AssociatedImage {
  readonly kind: 'label' | 'macro' | 'thumbnail';
  /** px. */
  readonly width: number;
  readonly height: number;
  /**
   * Its pixels, in parts that are decoded like tiles; `x`, `y` say where in the picture a part goes, px.
   * @throws Failure `unsupported-format`, `damaged`, and what reading throws; an AbortError.
   */
  read(signal: AbortSignal): Promise<readonly { readonly x: number; readonly y: number; readonly tile: SourceTile }[]>;
}

export interface SlideSource {
  readonly description: SlideDescription;
  /** Left out where there are none. */
  readonly associated?: readonly AssociatedImage[];
  /** Bytes fetched or read so far. */
  readonly bytesFetched: number;
  /**
   * Reads one tile.
   * @throws Failure when it can't be had, after what a network lets fail was tried again; an AbortError.
   */
  readTile(address: TileAddress, signal: AbortSignal): Promise<SourceTile>;
  close(): void;
}

/**
 * What a user opens: a link, or files from the own computer. `paths` says where each file lay in the folder that was
 * picked or dropped ("slide/tiles/0_0.jpg"), since a file may forget it on the way to a worker; else their own paths hold.
 */
export type SlideOrigin =
  | { kind: 'url'; url: string }
  | { kind: 'files'; files: readonly File[]; paths?: readonly string[] };
