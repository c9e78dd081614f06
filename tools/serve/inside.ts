// Turns the path of a request into a file of a folder, and never into one beside it.

import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * The decoded parts of a request's path ("/a%20b/c?x" gives ["a b", "c"]), or null for a path that could lead elsewhere:
 * "..", hidden files, separators or NUL within a part, bad encoding. A trailing slash gives an empty last part.
 */
export function pathParts(requestUrl: string): string[] | null {
  const [path = ''] = requestUrl.split(/[?#]/, 1);
  if (!path.startsWith('/')) return null;
  try {
    const parts = path.slice(1).split('/').map(decodeURIComponent);
    const isFine = (part: string, index: number) =>
      part === '' ? index === parts.length - 1 : !part.startsWith('.') && !/[/\\\0]/.test(part);
    return parts.every(isFine) ? parts : null;
  } catch {
    return null;
  }
}

/** The real file or folder that `parts` name below `root`; null when there is none, or a link leads out of `root`. */
export async function resolveInside(root: string, parts: readonly string[]): Promise<string | null> {
  try {
    const realRoot = await realpath(root);
    const path = await realpath(join(realRoot, ...parts));
    return path === realRoot || path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep) ? path : null;
  } catch {
    return null;
  }
}
