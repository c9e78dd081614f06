// The shapes every folder speaks in: points, rectangles and levels. Coordinates are level-0 pixels unless a name says
// otherwise; pixel k covers [k, k + 1). Arithmetic on them lives in the neighbouring files.

/** A place on the slide, level-0 px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of the slide, level-0 px; x, y is the corner of smallest coordinates. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One picture of the slide. A position on it is the level-0 position / downsample, one factor for both axes. */
export interface Level {
  /** px of this level. */
  readonly width: number;
  readonly height: number;
  /** Level-0 px a level px; 1 for the finest. */
  readonly downsample: number;
}

/** A level cut into tiles. Tile (column, row) owns [column * tileWidth, …) of the level, cut at the level's edge. */
export interface TiledLevel extends Level {
  readonly tileWidth: number;
  readonly tileHeight: number;
}

/** Size and true scale of a slide with its levels, finest first. */
export interface Pyramid {
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
  /** um per level-0 px, null when not known. */
  readonly mppX: number | null;
  readonly mppY: number | null;
  readonly levels: readonly TiledLevel[];
}
