import { expect, test } from 'vitest';
import type { Rect } from '../pyramid/geometry.ts';
import { type LabelledFrame, type LabelPlace, placeLabels } from './label-places.ts';
import { lineBox } from './text-size.ts';
import { cornersOf } from './view-transform.ts';

const view = { width: 900, height: 700 };
const textPx = 12;
const textWidths = [95, 26];

/** Frames around a middle, coarsest first as they are drawn; `side`: of the finest, CSS px. */
function nested(side: number, middle = { x: 450, y: 350 }): LabelledFrame[] {
  return [4, 2, 1].map((times) => {
    const half = (side * times) / 2;
    const corners = cornersOf({ x: middle.x - half, y: middle.y - half, width: 2 * half, height: 2 * half });
    return { corners, textWidths };
  });
}

function boxesOf(places: readonly (LabelPlace | null)[]): Rect[] {
  return places.flatMap((place) =>
    place === null ? [] : [lineBox(place.x, place.baseline, textWidths[place.text] ?? 0, textPx)],
  );
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test('large frames carry their whole texts, each above its own', () => {
  const places = placeLabels(nested(120), [], view, textPx);
  expect(places).toEqual([
    { text: 0, x: 211, baseline: 105 },
    { text: 0, x: 331, baseline: 225 },
    { text: 0, x: 391, baseline: 285 },
  ]);
});

test('at every size and place no two labels overlap, none crosses a frame, and the view holds them', () => {
  for (let side = 2; side < 500; side *= 1.07) {
    for (const middle of [
      { x: 450, y: 350 },
      { x: 5, y: 350 },
      { x: 890, y: 12 },
      { x: 450, y: 699 },
    ]) {
      const frames = nested(side, middle);
      const boxes = boxesOf(placeLabels(frames, [], view, textPx));
      for (const [k, box] of boxes.entries()) {
        expect(boxes.slice(k + 1).some((other) => overlap(box, other))).toBe(false);
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 900 && box.y + box.height <= 700).toBe(true);
        for (const { corners } of frames) {
          const [{ x: left, y: top } = { x: 0, y: 0 }, , { x: right, y: bottom } = { x: 0, y: 0 }] = corners;
          const isInside = box.x > left && box.x + box.width < right && box.y > top && box.y + box.height < bottom;
          expect(isInside || !overlap(box, { x: left, y: top, width: right - left, height: bottom - top })).toBe(true);
        }
      }
    }
  }
});

test('the outermost is named as long as it is seen as a square, inner ones while there is room between the lines', () => {
  expect(placeLabels(nested(40), [], view, textPx).map((place) => place?.text)).toEqual([0, 0, 1]);
  expect(placeLabels(nested(12), [], view, textPx).map((place) => place?.text)).toEqual([0, undefined, undefined]);
  expect(placeLabels(nested(6), [], view, textPx)).toEqual([null, null, null]);
});

test('a name of a region that stands there is left free', () => {
  const frames = nested(12);
  const [alone] = boxesOf(placeLabels(frames, [], view, textPx));
  if (alone === undefined) throw new Error('The outermost frame has no label.');
  const name = { ...alone, x: alone.x + 60 };
  const places = placeLabels(frames, [name], view, textPx);
  expect(places[0]).not.toBeNull();
  for (const box of boxesOf(places)) expect(overlap(box, name)).toBe(false);
});

test('what reaches over the upper edge is named below, what reaches over both is named inside', () => {
  const [outer] = placeLabels(nested(100, { x: 450, y: 150 }), [], view, textPx);
  expect(outer?.baseline).toBeGreaterThan(350);
  const [higher] = placeLabels(nested(174), [], view, textPx);
  expect(higher?.baseline).toBeCloseTo(2 + 5 + 10.8, 6);
});

test('a turned frame has its label at its top', () => {
  const corners = [
    { x: 450, y: 250 },
    { x: 550, y: 350 },
    { x: 450, y: 450 },
    { x: 350, y: 350 },
  ];
  expect(placeLabels([{ corners, textWidths }], [], view, textPx)).toEqual([{ text: 0, x: 451, baseline: 245 }]);
});
