// Makes, in the current folder's repository, the phantom slide when it is missing, and dist/ with the app, its models and
// the phantom, both at once. Each takes its name only once it is whole. A script: prepare.ts runs it.

import { cp, rename, rm, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { makePhantom } from '../phantom/make-phantom.ts';
import { hasPhantom, phantomFolder } from './freshness.ts';

const root = process.cwd();
// On the same disk as dist/, out of the way, and ignored by git.
const partial = join(root, `node_modules/.concentric-${process.pid}`);

async function bundle(): Promise<void> {
  const startedAt = new Date();
  console.log('Building the app');
  // public/ is copied afterwards: the phantom may be in the making.
  await build({ root, logLevel: 'error', build: { outDir: partial, emptyOutDir: true, copyPublicDir: false } });
  // Dated to its beginning: what is edited meanwhile is newer.
  await utimes(join(partial, 'index.html'), startedAt, startedAt);
  console.log('The app is built');
}

async function phantom(): Promise<void> {
  if (await hasPhantom(root)) return;
  console.log('Making the phantom slide, once');
  let told = 0;
  await makePhantom({
    outDir: join(root, 'public', phantomFolder),
    onProgress(share) {
      if (share < told + 0.25) return;
      told = share;
      console.log(`Phantom slide: ${Math.round(share * 100)} %`);
    },
  });
}

try {
  await Promise.all([bundle(), phantom()]);
  await cp(join(root, 'public'), partial, { recursive: true, filter: (path) => !basename(path).startsWith('.') });
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await rename(partial, join(root, 'dist'));
} finally {
  await rm(partial, { recursive: true, force: true });
}
