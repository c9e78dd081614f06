// Ids for the cells of a result: of the form of a random UUID (RFC 9562, version 4), the same ones each time the same
// result is exported, other ones for another run. Not for secrets: the bits are mixed, not random.

import type { Provenance } from './analysis-result.ts';

/** A function that gives the id of a cell by its number. Ids of one result are all different. */
export function cellIds(provenance: Provenance): (cell: number) => string {
  const text = JSON.stringify(provenance);
  const seeds = [0, 1, 2, 3].map((lane) => hashText(text, lane));
  return (cell) => {
    const [a = 0, b = 0, c = 0, d = 0] = seeds.map((seed) => mix(seed ^ mix(cell + 1)));
    // The version (4) and the variant (binary 10) have fixed places.
    return [
      hex(a, 8),
      hex(b >>> 16, 4),
      `4${hex(b & 0xfff, 3)}`,
      hex(0x8000 | ((c >>> 16) & 0x3fff), 4),
      hex(c & 0xffff, 4) + hex(d, 8),
    ].join('-');
  };
}

/** FNV-1a over UTF-16 units, one of several independent lanes. */
function hashText(text: string, lane: number): number {
  let hash = 0x811c9dc5 ^ mix(lane + 1);
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** The finaliser of MurmurHash3: one to one on 32 bits, so that different cells have different first words. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
