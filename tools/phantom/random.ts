// Repeatable randomness: an integer hash of a seed and a lattice point.
// Whatever is placed on the phantom is a function of where it is, never of the order in which it is painted, so any
// worker may paint any part. Only integer multiplication and shifts are used: the same bits in every engine.
// Not for anything secret.

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32-bit hash of an integer lattice point (x, y) under a seed. */
export function hash(seed: number, x: number, y: number): number {
  return mix(mix(mix(seed) + Math.imul(x, 0x9e3779b1)) + Math.imul(y, 0x85ebca77));
}

/** The next independent hash of a chain that began with `hash`: one per attribute of a placed thing. */
export function rehash(value: number): number {
  return mix(value + 0x6d2b79f5);
}

/** A 32-bit hash as a number in [0, 1). */
export function unit(value: number): number {
  return value / 4294967296;
}

/** A 32-bit hash as a number in [-1, 1). */
export function signed(value: number): number {
  return value / 2147483648 - 1;
}

/** Sequential generator for the few decisions made once a slide (the layout of the regions): numbers in [0, 1). */
export function sequence(seed: number): () => number {
  let step = 0;
  return () => unit(hash(seed, step++, 0x51ed));
}
