// Two views that move together: from where one looks, where the other has to look. Pure. Distances are compared in um where
// both scales are known, else in pixels.

import type { Point } from '../../pyramid/geometry.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';

/** um per level-0 px of each axis; 1 where the scale is not known. */
export interface ViewUnit {
  readonly x: number;
  readonly y: number;
}

/** The same spot in both views, and how the second is turned and enlarged against the first. */
export interface ViewLink {
  readonly first: Point;
  readonly second: Point;
  /** Degrees. */
  readonly turned: number;
  readonly enlarged: number;
  readonly mirrored: boolean;
}

/** What links two views as they stand: their centres are the same spot. */
export function linkOf(first: ViewPosition, second: ViewPosition): ViewLink {
  return {
    first: { x: first.x, y: first.y },
    second: { x: second.x, y: second.y },
    turned: (second.rotation ?? 0) - (first.rotation ?? 0),
    enlarged: second.magnification / first.magnification,
    mirrored: (first.flipped === true) !== (second.flipped === true),
  };
}

/** The same link seen from the second view. */
export function reversed(link: ViewLink): ViewLink {
  return {
    first: link.second,
    second: link.first,
    turned: -link.turned,
    enlarged: 1 / link.enlarged,
    mirrored: link.mirrored,
  };
}

/** Where the second view looks when the first looks at `view`. A step on one screen is the same step on the other. */
export function followedBy(view: ViewPosition, link: ViewLink, from: ViewUnit, to: ViewUnit): ViewPosition {
  const rotation = normal((view.rotation ?? 0) + link.turned);
  const flipped = (view.flipped === true) !== link.mirrored;
  const step = { x: (view.x - link.first.x) * from.x, y: (view.y - link.first.y) * from.y };
  const onScreen = turn(step, view.rotation ?? 0, view.flipped === true);
  const there = turnBack(onScreen, rotation, flipped);
  return {
    x: link.second.x + there.x / (to.x * link.enlarged),
    y: link.second.y + there.y / (to.y * link.enlarged),
    magnification: view.magnification * link.enlarged,
    ...(rotation === 0 ? {} : { rotation }),
    ...(flipped ? { flipped } : {}),
  };
}

/** True when two views are the same but for rounding, `tolerance` level-0 px apart at most. */
export function sameView(one: ViewPosition, other: ViewPosition, tolerance: number): boolean {
  return (
    Math.hypot(one.x - other.x, one.y - other.y) <= tolerance &&
    Math.abs(one.magnification / other.magnification - 1) < 1e-6 &&
    (one.rotation ?? 0) === (other.rotation ?? 0) &&
    (one.flipped === true) === (other.flipped === true)
  );
}

function turn({ x, y }: Point, degrees: number, flipped: boolean): Point {
  const [cos, sin] = cosSin(degrees);
  const across = x * cos - y * sin;
  return { x: flipped ? -across : across, y: x * sin + y * cos };
}

function turnBack({ x, y }: Point, degrees: number, flipped: boolean): Point {
  const [cos, sin] = cosSin(degrees);
  const across = flipped ? -x : x;
  return { x: across * cos + y * sin, y: -across * sin + y * cos };
}

function cosSin(degrees: number): readonly [number, number] {
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}

function normal(degrees: number): number {
  return ((degrees % 360) + 360) % 360;
}
