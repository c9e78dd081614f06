// `npm run reproducible`: builds the app twice, from nothing and in folders of different names, and compares every file.
// Whoever has the same commit can so tell whether a dist/ was made from it: the hash that is printed names the build.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** sha256 of every file of a fresh build, by path. */
async function builtFiles(): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'concentric-build-'));
  try {
    await build({ root, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    return new Map(
      paths.map((path) => [
        relative(folder, path).split(sep).join('/'),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, second] = [await builtFiles(), await builtFiles()];
const different = [...new Set([...first.keys(), ...second.keys()])].filter(
  (path) => first.get(path) !== second.get(path),
);
if (different.length > 0) {
  console.error(`Two builds of the same sources differ in ${different.length} files:\n${different.join('\n')}`);
  process.exitCode = 1;
} else {
  const all = createHash('sha256');
  for (const [path, sum] of first) all.update(`${sum}  ${path}\n`);
  console.log(`Two builds are the same, file for file: ${first.size} files, sha256 of their list ${all.digest('hex')}`);
}
