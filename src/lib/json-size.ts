// How deep and how large a value from a file is, found out without recursion, which is what deep values break, and before
// anything is made of it that takes longer.

export interface JsonLimits {
  /** Objects and lists inside one another. */
  readonly levels: number;
  /** Objects and lists altogether. */
  readonly branches: number;
}

/** What of `value` goes beyond `limits`; null when nothing does. */
export function excessOf(value: unknown, { levels, branches }: JsonLimits): 'deep' | 'large' | null {
  let inside: object[] = typeof value === 'object' && value !== null ? [value] : [];
  let count = 0;
  for (let level = 0; inside.length > 0; level++) {
    if (level >= levels) return 'deep';
    count += inside.length;
    if (count > branches) return 'large';
    inside = branchesIn(inside);
  }
  return null;
}

function branchesIn(branches: readonly object[]): object[] {
  const found: object[] = [];
  for (const branch of branches) {
    for (const member of Object.values(branch)) if (typeof member === 'object' && member !== null) found.push(member);
  }
  return found;
}
