// What a slide is called by default: the last part of its link or path. Pure.

/** The file's name in a link or path; for links of image services the part that names the picture. */
export function fileNameOf(path: string): string {
  const plain = path.replace(/[?#].*$/, '');
  const last = plain.replace(/\/+$/, '').replace(/^.*\//, '');
  return readable(last).trim() || path;
}

/** `part` of a link in plain letters; as it stands where it is wrongly encoded. */
export function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
