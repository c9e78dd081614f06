// Paths named by a model folder are text from outside: they must stay inside the folder, whatever they say. Reading is
// model-folder.ts.

/** True for a relative path of plain segments: no "..", no leading slash, no scheme, backslash, query or fragment. */
export function isSafePath(path: string): boolean {
  if (path === '' || /[\\:?#%]/.test(path) || [...path].some((sign) => sign < ' ')) return false;
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** `path` as named by the file `from` of the same folder: "encoder/model.json" naming "a.bin" means "encoder/a.bin". */
export function besidePath(from: string, path: string): string {
  const folder = from.split('/').slice(0, -1);
  return [...folder, path].join('/');
}
