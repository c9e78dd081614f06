// Makes what the server serves, when it is missing or old: the phantom slide, and dist/ with the app, its models and the
// phantom. dist/ takes its name only once it is whole.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rename, rm, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hasPhantom, isStale } from './freshness.ts';
import { Problem } from './problem.ts';

/** Brings public/slides/phantom/ and dist/ of the repository at `root` up to date; `tell` hears one line a step. */
export async function prepare(root: string, tell: (line: string) => void): Promise<void> {
  const makesPhantom = !(await hasPhantom(root));
  if (!makesPhantom && !(await isStale(root))) return;
  // On the same disk, out of the way, and ignored by git.
  const partial = join(root, `node_modules/.concentric-${process.pid}`);
  try {
    await Promise.all([bundle(root, partial, tell), makesPhantom && makePhantomSlide(root, tell)]);
    await cp(join(root, 'public'), partial, { recursive: true, filter: (path) => !basename(path).startsWith('.') });
    await rm(join(root, 'dist'), { recursive: true, force: true });
    await rename(partial, join(root, 'dist'));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function bundle(root: string, outDir: string, tell: (line: string) => void): Promise<void> {
  const startedAt = new Date();
  tell('Building the app');
  const { build } = await import('vite');
  // public/ is copied afterwards: the phantom may be in the making.
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true, copyPublicDir: false } });
  // Dated to its beginning: what is edited meanwhile is newer.
  await utimes(join(outDir, 'index.html'), startedAt, startedAt);
  tell('The app is built');
}

/** In a process of its own, whose memory the server does not keep. */
async function makePhantomSlide(root: string, tell: (line: string) => void): Promise<void> {
  tell('Making the phantom slide (once)');
  const script = join(root, 'tools/phantom/main.ts');
  const [code] = await once(
    spawn(process.execPath, ['--import', 'tsx', script], { cwd: root, stdio: 'inherit' }),
    'exit',
  );
  if (code !== 0) throw new Problem('The phantom slide could not be made. Is there room for 100 MB on this disk?');
}
