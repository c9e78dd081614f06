// Percent-encoded addresses in plain letters. Pure. Links come from outside and may be wrongly encoded ("100%.svs"): they
// stand as they are then.

/** `part` of an address in plain letters. */
export function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** As `readable`, for a whole path: signs that part it, such as "?" and "#", stay encoded. */
export function readablePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
