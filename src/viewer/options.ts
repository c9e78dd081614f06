// How OpenSeadragon is set: no buttons, no overview, no letter keys, no zoom on click; our drawer, our tile store behind
// it, and still pictures for people who ask for less motion.

import { whenPixelsLost } from '../lib/lost-pixels.ts';
import type { TiledLevel } from '../pyramid/geometry.ts';
import { OpenSeadragon } from './openseadragon.ts';
import type { SlideDrawer } from './slide-drawer.ts';

/** Seconds that a zoom or a thrown pan takes to settle. */
const ANIMATION_S = 0.5;
/** Decoded tiles that the screen may hold on to, bytes; the tile store behind has its own budget. */
const TILE_BUDGET_BYTES = 160 * 2 ** 20;
/** Screen px a px of the level drawn: below, too many tiles would be read for one screen. */
const LEAST_PIXEL_RATIO = 0.35;
/** setTimeout's greatest delay. The tile store times out by itself, after its retries. */
const NEVER_MS = 2 ** 31 - 1;

export const reducedMotion: MediaQueryList = window.matchMedia('(prefers-reduced-motion: reduce)');

export function makeOpenSeadragon(
  element: HTMLElement,
  drawer: typeof SlideDrawer | 'canvas' | 'webgl',
): OpenSeadragon.Viewer {
  const gestures = { clickToZoom: false, dblClickToZoom: false, dblClickDragToZoom: false };
  const viewer = new OpenSeadragon.Viewer({
    element,
    drawer: [drawer],
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
  whenPixelsLost(viewer.drawer.canvas as HTMLCanvasElement, () => {
    // OpenSeadragon's own drawers keep copies of the tiles in canvases and textures, which are lost too.
    if (typeof drawer === 'string') viewer.world.resetItems();
    viewer.forceRedraw();
  });
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

/** Suits OpenSeadragon to a slide's pyramid (finest first), before the slide is opened. */
export function suitPyramid(viewer: OpenSeadragon.Viewer, [finest, next]: readonly TiledLevel[]): void {
  if (finest === undefined) return;
  // Both settings are fixed when the viewer is made, if one goes by the types: before the pyramid is known.
  const settings = viewer as unknown as { minPixelRatio: number; tileCache: { _maxCacheItemCount: number } };
  // What is on screen always stays.
  const tileBytes = finest.tileWidth * finest.tileHeight * 4;
  settings.tileCache._maxCacheItemCount = Math.max(48, Math.floor(TILE_BUDGET_BYTES / tileBytes));
  // The finest level drawn at this many screen px a px, or more. A coarser level is taken as soon as it need not be
  // enlarged: level 1 of a factor 2 at 10x is then drawn 1:1. Where levels are far apart a little enlarging is allowed.
  settings.minPixelRatio = Math.max(LEAST_PIXEL_RATIO, next === undefined ? 0 : 1.01 / next.downsample);
}
