// Finds a Firefox for the tests: the one that FIREFOX_PATH names, or one that is installed.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of the program; null when there is none. */
export function findFirefox(): string | null {
  const named = process.env.FIREFOX_PATH;
  if (named !== undefined && named !== '') return named;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = ['firefox-esr', 'firefox'].flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...onPath, '/Applications/Firefox.app/Contents/MacOS/firefox'].find((path) => existsSync(path)) ?? null;
}
