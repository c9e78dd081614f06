// Has what the server serves made when it is missing or old. The making is done by make.ts in a process of its own: a
// bundler and a slide generator leave hundreds of megabytes behind that the server should not keep.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hasPhantom, isStale } from './freshness.ts';
import { Problem } from './problem.ts';

const maker = fileURLToPath(new URL('./make.ts', import.meta.url));

/**
 * Brings public/slides/phantom/ and dist/ of the repository at `root` up to date.
 * @throws Problem when that fails; why stands on the error output.
 */
export async function prepare(root: string): Promise<void> {
  if ((await hasPhantom(root)) && !(await isStale(root))) return;
  const [code] = await once(
    spawn(process.execPath, ['--import', 'tsx', maker], { cwd: root, stdio: 'inherit' }),
    'exit',
  );
  if (code !== 0) throw new Problem('The app could not be built, for the reason told above.');
}
