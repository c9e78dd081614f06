// Builds the service worker beside the app: one plain script at the root of dist/, which lists every file of that build
// with its hash. Our own and small, where a generator such as Workbox would bring a hundred packages and still lack what
// is asked of it here: a policy that the user can widen, and isolation on hosts without headers.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type ResolvedConfig } from 'vite';
import { type ListedFile, pageToHash } from '../../src/offline/listed-file.ts';
import { serviceWorkerFile } from './service-worker-file.ts';

const entry = fileURLToPath(new URL('../../src/offline/service-worker.ts', import.meta.url));

/** What the first view needs of the models; the others are kept once the page is at rest. */
const earlyModels = /^models\/(index\.json|phantom\/)/;
/** Slides, maps of the code, hidden files, and the worker itself. */
const notKept = /(^|\/)\.|^slides\/|\.map$|^service-worker\.js$/;

export function serviceWorker(): Plugin {
  let config: ResolvedConfig | null = null;
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle({ dir }) {
      if (dir === undefined || config === null) throw new Error('The service worker needs a folder to be written to.');
      await writeServiceWorker(dir, config.publicDir === '' ? [] : [config.publicDir]);
    },
  };
}

/** Writes the worker of the app in `dir`; `more` are folders whose files are there too, or will be. */
export async function writeServiceWorker(dir: string, more: readonly string[] = []): Promise<void> {
  const files = new Map<string, ListedFile>();
  for (const folder of [...more, dir]) {
    for (const path of filesIn(folder).filter((path) => !notKept.test(path))) {
      const content = readFileSync(join(folder, path));
      const early = !path.startsWith('models/') || earlyModels.test(path);
      if (path === 'index.html') files.set('', { path: '', sha256: hashOf(pageToHash(content.toString())), early });
      else files.set(path, { path, sha256: hashOf(content), early });
    }
  }
  const listed = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  writeFileSync(join(dir, serviceWorkerFile), await bundled(listed));
}

async function bundled(files: readonly ListedFile[]): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { LISTED_FILES: JSON.stringify(files) },
    build: { write: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'concentricServiceWorker' } },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const output of outputs) {
    if (!('output' in output)) continue;
    const [chunk] = output.output;
    // Its bytes change with every build that changed a file: that is how browsers notice a new version.
    return `${chunk.code}\n`;
  }
  throw new Error('The service worker came out empty.');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
