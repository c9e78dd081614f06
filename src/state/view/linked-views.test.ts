// A linked view looks where it should, whichever way the two are turned and however large their pixels are.
import { expect, test } from 'vitest';
import { followedBy, linkOf, reversed, sameView } from './linked-views.ts';

const half = { x: 0.5, y: 0.5 };
const quarter = { x: 0.25, y: 0.25 };

test('the same slide follows exactly', () => {
  const view = { x: 100, y: 200, magnification: 10 };
  const link = linkOf(view, view);
  const moved = { x: 340, y: 90, magnification: 20, rotation: 90, flipped: true };
  const followed = followedBy(moved, link, half, half);
  expect(sameView(followed, moved, 1e-9)).toBe(true);
});

test('a slide of pixels half as wide moves by twice as many', () => {
  const link = linkOf({ x: 1000, y: 1000, magnification: 10 }, { x: 5000, y: 4000, magnification: 10 });
  const followed = followedBy({ x: 1100, y: 950, magnification: 20 }, link, half, quarter);
  expect(followed).toEqual({ x: 5200, y: 3900, magnification: 20 });
});

test('a slide that lies turned moves the way the screen does', () => {
  const link = linkOf({ x: 0, y: 0, magnification: 10 }, { x: 0, y: 0, magnification: 10, rotation: 90 });
  // One step to the right on screen is one up a slide that is turned clockwise.
  const followed = followedBy({ x: 10, y: 0, magnification: 10 }, link, half, half);
  expect(followed.x).toBeCloseTo(0, 9);
  expect(followed.y).toBeCloseTo(-10, 9);
  expect(followed.rotation).toBe(90);
});

test('there and back again', () => {
  const first = { x: 10, y: 20, magnification: 5, rotation: 30 };
  const second = { x: 700, y: 40, magnification: 8, rotation: 200, flipped: true };
  const link = linkOf(first, second);
  const moved = { x: 333, y: -20, magnification: 11, rotation: 77 };
  const back = followedBy(followedBy(moved, link, half, quarter), reversed(link), quarter, half);
  expect(sameView({ ...back, rotation: Math.round(back.rotation ?? 0) }, moved, 1e-6)).toBe(true);
});
