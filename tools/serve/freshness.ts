// Tells whether dist/ still is what the sources say, by the times of files. It builds nothing.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What goes into dist/, relative to the repository. */
const sources = [
  'src',
  'public/models',
  'index.html',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
  'tools/serve/policy.ts',
  'tools/build',
  'public/manifest.webmanifest',
  'public/icons',
];

/** The phantom slide, in public/ and in dist/; the folder takes this name only once it is whole. */
export const phantomFolder = 'slides/phantom';

export async function hasPhantom(root: string): Promise<boolean> {
  return (await newestMs(join(root, 'public', phantomFolder))) !== null;
}

/** True when dist/ is missing, or a source or the phantom is newer than what dist/ has of it. */
export async function isStale(root: string): Promise<boolean> {
  const builtMs = await newestMs(join(root, 'dist/index.html'));
  const changedMs = await Promise.all(sources.map((path) => newestMs(join(root, path))));
  if (builtMs === null || changedMs.some((ms) => ms !== null && ms > builtMs)) return true;
  // The phantom is made beside the build, and may be younger than the page.
  const copiedMs = await newestMs(join(root, 'dist', phantomFolder, 'phantom.dzi'));
  const madeMs = await newestMs(join(root, 'public', phantomFolder, 'phantom.dzi'));
  return madeMs !== null && (copiedMs === null || madeMs > copiedMs);
}

/** When the file, or anything in the folder, last changed; null when there is no such thing. */
async function newestMs(path: string): Promise<number | null> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return null;
  // A folder's own time tells of files that went.
  const names = stats.isDirectory() ? await readdir(path) : [];
  const inside = await Promise.all(names.map((name) => newestMs(join(path, name))));
  return Math.max(stats.mtimeMs, ...inside.filter((ms) => ms !== null));
}
