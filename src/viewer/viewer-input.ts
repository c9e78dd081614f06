// What the user does on the slide itself: clicks and taps, pinches, keys. Keys move the camera; a click is handed on.

import type { Point } from '../pyramid/geometry.ts';
import { turret } from '../pyramid/magnification.ts';
import type { Camera } from './camera.ts';
import { type KeyAction, keyAction } from './keyboard.ts';
import type { OpenSeadragon } from './openseadragon.ts';
import { ownTouches } from './own-touches.ts';
import { toSlide, upright } from './view-transform.ts';

/** Listens until `signal` is aborted or the viewer destroyed. `onChoose` hears level-0 px, only while `isOpen()`. */
export function listenToInput(
  osd: OpenSeadragon.Viewer,
  camera: Camera,
  { isOpen, onChoose, signal }: { isOpen(): boolean; onChoose(at: Point): void; signal: AbortSignal },
): void {
  osd.addHandler('canvas-click', (event) => {
    event.preventDefaultAction = true;
    if (!event.quick || !isOpen()) return;
    // OpenSeadragon has mirrored the position already.
    const transform = camera.transform();
    const x = transform.flipped ? transform.width - event.position.x : event.position.x;
    onChoose(toSlide(transform, { x, y: event.position.y }));
  });
  osd.addHandler('canvas-pinch', ({ center, lastCenter }) => {
    // Here, and only here, it forgets to.
    if (!osd.viewport.getFlip()) return;
    const { x } = osd.viewport.getContainerSize();
    for (const point of [center, lastCenter]) point.x = x - point.x;
  });
  const onKey = (event: KeyboardEvent) => {
    const action = keyAction(event);
    if (action === null || !isOpen() || event.target !== osd.canvas) return;
    event.preventDefault();
    if (action.kind === 'choose') onChoose({ x: camera.view().x, y: camera.view().y });
    else move(camera, action);
  };
  osd.canvas.addEventListener('keydown', onKey, { signal });
  ownTouches(osd.canvas, signal);
  // A press gives the slide the focus by a script, which browsers take for the keyboard's: who points needs neither the
  // frame nor the crosshair of who does not (viewer.css).
  const pointed = (isPointed: boolean) => () => osd.canvas.toggleAttribute('data-pointed', isPointed);
  osd.canvas.addEventListener('pointerdown', pointed(true), { signal, capture: true });
  osd.canvas.addEventListener('keydown', pointed(false), { signal });
  osd.canvas.addEventListener('blur', pointed(false), { signal });
}

function move(camera: Camera, action: Exclude<KeyAction, { kind: 'choose' }>): void {
  if (action.kind === 'pan') camera.panBy(action);
  else if (action.kind === 'zoom') camera.zoomBy(action.factor);
  else if (action.kind === 'magnify') camera.magnify(turret[action.position] ?? 1);
  else if (action.kind === 'fit') camera.fit();
  else if (action.kind === 'turn') camera.turnBy(action.degrees);
  else if (action.kind === 'mirror') camera.mirror();
  else camera.orient(upright);
}
