// What the viewer tells whoever made it, and how it is named. A contract: no code.

import type { Point, Rect } from '../pyramid/geometry.ts';
import type { TileTrouble } from './slide-tile-source.ts';
import type { ViewPosition } from './view-position.ts';

export interface ViewerHandlers {
  /** The view moved, or its magnification means something else. At most once a frame. */
  onView(view: ViewPosition): void;
  /** A click or tap (no drag), or Enter at the centre; level-0 px, maybe beside the slide. */
  onClick(at: Point): void;
  /** The pointer rests or moves over the slide's pane, level-0 px, maybe beside the slide; null when it left. */
  onPointer(at: Point | null): void;
  /** A drawn region, whole level-0 px on the slide; null when drawing was given up. Drawing has ended either way. */
  onRegion(rect: Rect | null): void;
  /** Corners of a shape that was drawn, level-0 px; null when it was given up. */
  onShape(corners: readonly Point[] | null): void;
  /** How many tiles of the open slide can't be had now; told whenever that changes. */
  onTileTrouble(trouble: TileTrouble): void;
}

/** What assistive technology says of the slide. `describedBy`: ids of elements, separated by spaces. */
export interface ViewerNaming {
  readonly label: string;
  readonly describedBy?: string;
}
