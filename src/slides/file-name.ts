// What a slide is called by default: the last part of its link or path. Pure.

/** The file's name in a link or path; for links of image services the part that names the picture. */
export function fileNameOf(path: string): string {
  const plain = path.replace(/[?#].*$/, '');
  const last = plain.replace(/\/+$/, '').replace(/^.*\//, '');
  try {
    return decodeURIComponent(last) || path;
  } catch {
    return last;
  }
}
