// Where the labels of nested frames go: each beside its own frame, in the view, over no frame's line, no other label and no
// name of a region. What has no room for its whole text gets a shorter one; what has none for that gets none. CSS px. Pure.

import type { Point, Rect } from '../pyramid/geometry.ts';
import { ascentPx, lineBox } from './text-size.ts';
import { boundsOf } from './view-transform.ts';

export interface LabelledFrame {
  /** Its outline on screen, CSS px. */
  readonly corners: readonly Point[];
  /** CSS px of each text that it may carry, the most wanted first. */
  readonly textWidths: readonly number[];
}

export interface LabelPlace {
  /** Which of the texts. */
  readonly text: number;
  /** Where its line of text begins, CSS px. */
  readonly x: number;
  readonly baseline: number;
}

/** A frame narrower than this carries no label, CSS px. */
const NARROWEST_LABELLED_PX = 28;
/** Between a line and the text beside it, CSS px. */
const GAP_PX = 5;
/** Kept free around a text, which has an outline of its own: of lines, and of other texts; CSS px. */
const FREE_OF_LINES_PX = 1.5;
const FREE_OF_TEXTS_PX = 3;

/** Where a label may stand, by the corner of the frame that it stands at. */
interface Spot {
  readonly x: number;
  /** The label's end stands there, not its beginning. */
  readonly fromEnd: boolean;
  readonly baseline: number;
}

/**
 * One place a frame, null for none; frames that come first are served first. `taken`: what else must not be covered;
 * `view`: size of the view; `textPx`: size of the text.
 */
export function placeLabels(
  frames: readonly LabelledFrame[],
  taken: readonly Rect[],
  view: { readonly width: number; readonly height: number },
  textPx: number,
): readonly (LabelPlace | null)[] {
  const lines = frames.flatMap(({ corners }) =>
    corners.map((corner, k) => [corner, corners[(k + 1) % corners.length] ?? corner] as const),
  );
  const covered = [...taken];
  const isFree = (box: Rect) =>
    box.x >= 0 &&
    box.y >= 0 &&
    box.x + box.width <= view.width &&
    box.y + box.height <= view.height &&
    !covered.some((other) => overlap(grown(box, FREE_OF_TEXTS_PX), other)) &&
    !lines.some(([from, to]) => crosses(grown(box, FREE_OF_LINES_PX), from, to));
  return frames.map(({ corners, textWidths }) => {
    if (boundsOf(corners).width < NARROWEST_LABELLED_PX) return null;
    const spots = spotsOf(corners, textPx);
    for (const [text, width] of textWidths.entries()) {
      for (const { x: at, fromEnd, baseline } of spots) {
        const x = fromEnd ? at - width : at;
        const box = lineBox(x, baseline, width, textPx);
        if (!isFree(box)) continue;
        covered.push(box);
        return { text, x, baseline };
      }
    }
    return null;
  });
}

/** Above the frame, below it, then inside it, which is what is left where it reaches over the view's edges. */
function spotsOf(corners: readonly Point[], textPx: number): readonly Spot[] {
  const { y: top, height } = boundsOf(corners);
  const bottom = top + height;
  // A turned frame has one corner at its top, and labels stand there; an upright one has two.
  const side = (y: number) => {
    const xs = corners.filter((corner) => Math.abs(corner.y - y) < 1).map(({ x }) => x);
    return { start: Math.min(...xs) + 1, end: Math.max(...xs) - 1 };
  };
  const upper = side(top);
  const lower = side(bottom);
  const row = ({ start, end }: { start: number; end: number }, baseline: number): Spot[] => [
    { x: start, fromEnd: false, baseline },
    { x: end, fromEnd: true, baseline },
  ];
  const below = GAP_PX + ascentPx(textPx);
  const inside = (spots: Spot[]) => spots.map((spot) => ({ ...spot, x: spot.x + (spot.fromEnd ? -GAP_PX : GAP_PX) }));
  return [
    ...row(upper, top - GAP_PX),
    ...row(lower, bottom + below),
    ...inside(row(upper, top + below)),
    ...inside(row(lower, bottom - GAP_PX)),
  ];
}

function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether the line between two points meets the box (Liang and Barsky). */
function crosses({ x, y, width, height }: Rect, from: Point, to: Point): boolean {
  let first = 0;
  let last = 1;
  const keep = (start: number, step: number, low: number, high: number): boolean => {
    if (step === 0) return start >= low && start <= high;
    const [enter, leave] = step > 0 ? [low, high] : [high, low];
    first = Math.max(first, (enter - start) / step);
    last = Math.min(last, (leave - start) / step);
    return first <= last;
  };
  return keep(from.x, to.x - from.x, x, x + width) && keep(from.y, to.y - from.y, y, y + height);
}
