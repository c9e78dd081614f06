// What a slide is called by default: the last part of its link or path. Pure.

import { readable } from '../lib/percent-encoding.ts';

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
