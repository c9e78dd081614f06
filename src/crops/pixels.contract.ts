// The calls of the pixels worker: it opens slides, keeps their tiles, and cuts fields out of them. The viewer asks it
// for tiles, the inference worker (over a port of its own) for fields; both are served from one tile store.

import type { Point } from '../pyramid/geometry.ts';
import type {
  AssociatedImage,
  GivenScale,
  SlideDescription,
  SlideOrigin,
  TileAddress,
} from '../slides/slide-source.ts';
import type { TilePriority } from '../tiles/tile-queue.ts';

export type { TilePriority };

export type Padding = 'white' | 'reflect';

/** A raster of width x height px at `spacing` um/px whose corner of smallest coordinates lies at `origin` (level-0 px, fractions allowed). */
export interface FieldRequest {
  readonly origin: Point;
  readonly spacing: number;
  readonly width: number;
  readonly height: number;
  readonly padding: Padding;
}

/** RGBA, row-major, alpha 255. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** A field as it was read. */
export interface FieldRaster extends Raster {
  /** ms of work to lay the tiles together and average them; waiting for tiles is not in it. */
  readonly cutMs: number;
}

export interface TileStats {
  /** Bytes of decoded tiles kept. */
  readonly tileBytes: number;
  readonly tilesDecoded: number;
  readonly tilesUnique: number;
  readonly bytesFetched: number;
  /** ImageBitmaps alive in the worker (those handed out are the receiver's). */
  readonly openBitmaps: number;
}

/** A slide the worker holds open. */
export interface OpenedSlide {
  /** Names the slide in further calls. */
  readonly handle: number;
  readonly description: SlideDescription;
  /** The pictures beside it, of which none has been read. */
  readonly associated: readonly AssociatedInfo[];
}

/** A picture beside the slide: kind, and size in px. */
export type AssociatedInfo = Pick<AssociatedImage, 'kind' | 'width' | 'height'>;

export type PixelsCalls = {
  /**
   * Opens a slide and keeps it open. `scale` holds over the file's own. `sparse`: the user says that the pyramid leaves
   * blank tiles out.
   */
  open(argument: { origin: SlideOrigin; scale?: GivenScale; sparse?: boolean }): OpenedSlide;
  /** Gives the slide this scale; null gives it back the one it came with. @throws Failure `bad-argument`. */
  calibrate(argument: { handle: number; scale: GivenScale | null }): SlideDescription;
  close(argument: { handle: number }): void;
  /** A tile for the screen, transferred: the receiver closes it. Null where a sparse pyramid has none (background). */
  tile(argument: { handle: number; address: TileAddress; priority: TilePriority }): ImageBitmap | null;
  /** A tile's own pixels, to be brought to a GPU; null as for `tile`. @throws Failure `tile-unavailable`. */
  tilePixels(argument: { handle: number; address: TileAddress; priority: TilePriority }): Raster | null;
  /**
   * Cuts fields exactly as the crop rule says (see crops/plan.ts), each brought to its size by area averaging.
   * @throws Failure `mpp-unknown`, `spacing-too-fine`, `tile-unavailable`.
   */
  fields(argument: { handle: number; fields: readonly FieldRequest[]; priority: TilePriority }): readonly FieldRaster[];
  /** The whole slide about `longestSidePx` on its longer side, from the coarsest level that has it; `downsample` is level-0 px a px. */
  thumbnail(argument: { handle: number; longestSidePx: number }): Raster & { downsample: number };
  /** A picture beside the slide, counted as `OpenedSlide.associated` lists them. @throws Failure as reading does. */
  associated(argument: { handle: number; index: number }): Raster;
  stats(argument: undefined): TileStats;
  /** Serves the same calls on another port, for the inference worker. */
  attach(argument: { port: MessagePort }): void;
};

/** The worker sends no events. */
export type PixelsEvents = Record<never, never>;
