// Where the user looks. Kept apart from the viewer so that what only names a view need not load OpenSeadragon.

export interface ViewPosition {
  /** Centre of the view, level-0 px. */
  readonly x: number;
  readonly y: number;
  /** 10 / (um a CSS pixel); CSS pixels a level-0 pixel where mpp is unknown. */
  readonly magnification: number;
  /** Degrees that the slide is turned clockwise on screen, above 0 and below 360; absent when it is upright. */
  readonly rotation?: number;
  /** True when it is mirrored left to right, after it was turned; else absent. */
  readonly flipped?: boolean;
}
