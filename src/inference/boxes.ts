// Rectangles on a raster, and the ways in which lattice.ts cuts them. Pure.

/** Whole numbers; `right` and `bottom` are beyond it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Of [low, high) about `side` around the window; what would be left over in thin strips belongs to it. */
export function carved(low: number, high: number, windowFrom: number, windowTo: number, side: number) {
  const [first, last] = [Math.max(low, windowFrom), Math.min(high, windowTo)];
  const from = Math.max(low, first - Math.max(0, Math.floor((side - (last - first)) / 2)));
  const to = Math.min(high, Math.max(last, from + side));
  const thin = side / 2;
  return { from: from - low < thin ? low : from, to: high - to < thin ? high : to };
}

export function halves(box: Box, wide: boolean, cut: number): [Box, Box] {
  return wide
    ? [
        { ...box, right: cut },
        { ...box, left: cut },
      ]
    : [
        { ...box, bottom: cut },
        { ...box, top: cut },
      ];
}

/** The smallest box around what is needed within `box`; null when nothing is. */
export function tightBox(needed: Uint8Array, columns: number, box: Box): Box | null {
  let [left, top, right, bottom] = [box.right, box.bottom, box.left, box.top];
  for (let row = box.top; row < box.bottom; row++) {
    const line = needed.subarray(row * columns + box.left, row * columns + box.right);
    const first = line.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, box.left + first);
    right = Math.max(right, box.left + line.lastIndexOf(1) + 1);
    top = Math.min(top, row);
    bottom = row + 1;
  }
  return right > left ? { left, top, right, bottom } : null;
}

/**
 * `all` in squares of one size, that of `sides` with which they cost least. They begin on whole steps, so that the windows
 * in all of them lie alike.
 */
export function alike(all: Box, step: number, sides: readonly number[], cost: (side: number) => number): Box[] {
  const [left, top] = [Math.floor(all.left / step) * step, Math.floor(all.top / step) * step];
  const across = (side: number) => Math.ceil((all.right - left) / side);
  const down = (side: number) => Math.ceil((all.bottom - top) / side);
  const total = (side: number) => across(side) * down(side) * cost(side);
  const side = sides.reduce((best, one) => (total(one) < total(best) ? one : best));
  return Array.from({ length: across(side) * down(side) }, (_, n) => {
    const x = left + (n % across(side)) * side;
    const y = top + Math.floor(n / across(side)) * side;
    return { left: x, top: y, right: x + side, bottom: y + side };
  });
}

/** From `least` on doubled, and `most`. */
export function doubled(least: number, most: number): number[] {
  const found: number[] = [];
  for (let side = least; side < most; side *= 2) found.push(side);
  return [...found, Math.max(least, most)];
}

/** [from, to) in as few parts of at most `most` as there can be, about equally long. */
export function evenParts(from: number, to: number, most: number): { from: number; to: number }[] {
  const count = Math.ceil((to - from) / most);
  const at = (n: number) => from + Math.round(((to - from) * n) / count);
  return Array.from({ length: count }, (_, n) => ({ from: at(n), to: at(n + 1) }));
}
