// What a slide is called by default: the last part of its link or path. Pure.

/** The file's name in a link or path; for links of image services the part that names the picture. */
export function fileNameOf(path: string): string {
  return readable(lastPart(path.replace(/[?#].*$/, ''))).trim() || path;
}

/** The name of a file on this computer, by its path: whole, since `#`, `?` and `%` are letters like any other there. */
export function localNameOf(path: string): string {
  return lastPart(path) || path;
}

function lastPart(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//, '');
}

/** `part` of a link in plain letters; as it stands where it is wrongly encoded. */
export function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
