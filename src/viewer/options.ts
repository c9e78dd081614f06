// How OpenSeadragon is set: no buttons, no overview, no letter keys, no zoom on click; our drawer, our tile store behind
// it, and still pictures for people who ask for less motion.

import { OpenSeadragon } from './openseadragon.ts';
import { SlideDrawer } from './slide-drawer.ts';

/** Seconds that a zoom or a thrown pan takes to settle. */
const ANIMATION_S = 0.5;
/** Decoded tiles that the screen may hold on to, bytes; the tile store behind has its own budget. */
const TILE_BUDGET_BYTES = 160 * 2 ** 20;
/** setTimeout's greatest delay. The tile store times out by itself, after its retries. */
const NEVER_MS = 2 ** 31 - 1;

export const reducedMotion: MediaQueryList = window.matchMedia('(prefers-reduced-motion: reduce)');

export function makeOpenSeadragon(element: HTMLElement): OpenSeadragon.Viewer {
  const gestures = { clickToZoom: false, dblClickToZoom: false, dblClickDragToZoom: false };
  const viewer = new OpenSeadragon.Viewer({
    element,
    drawer: [SlideDrawer],
    showNavigationControl: false,
    showNavigator: false,
    // Keys are ours: keyboard.ts.
    keyboardNavEnabled: false,
    gestureSettingsMouse: gestures,
    gestureSettingsPen: gestures,
    gestureSettingsTouch: { ...gestures, pinchToZoom: true, flickEnabled: !reducedMotion.matches },
    gestureSettingsUnknown: gestures,
    clickTimeThreshold: 600,
    animationTime: ANIMATION_S,
    springStiffness: 8,
    blendTime: 0,
    // A resized window shows more or less of the slide at the same magnification.
    preserveImageSizeOnResize: true,
    visibilityRatio: 0.5,
    minZoomImageRatio: 0.8,
    imageLoaderLimit: 8,
    maxTilesPerFrame: 8,
    timeout: NEVER_MS,
  });
  applyMotion(viewer);
  return viewer;
}

/** Follows the system's wish for less motion: the view then jumps where it would glide. */
export function applyMotion(viewer: OpenSeadragon.Viewer): void {
  // The springs are public by documentation, but not in the types.
  const springs = viewer.viewport as unknown as Record<
    'centerSpringX' | 'centerSpringY' | 'zoomSpring',
    { animationTime: number }
  >;
  for (const spring of [springs.centerSpringX, springs.centerSpringY, springs.zoomSpring]) {
    spring.animationTime = reducedMotion.matches ? 0 : ANIMATION_S;
  }
}

/** Lets the tile cache hold as many tiles of this size (px) as the budget allows; what is on screen always stays. */
export function budgetTiles(viewer: OpenSeadragon.Viewer, tileWidth: number, tileHeight: number): void {
  // Its limit can else be given only when the viewer is made, before the size of the tiles is known.
  const cache = viewer.tileCache as unknown as { _maxCacheItemCount: number };
  cache._maxCacheItemCount = Math.max(48, Math.floor(TILE_BUDGET_BYTES / (tileWidth * tileHeight * 4)));
}
