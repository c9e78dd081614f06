// Vitest's global setup: makes the phantom where it is missing, once, so that the tests that look at it run in a fresh
// clone too. In a process of its own, as prepare.ts does for the server.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasPhantom } from '../serve/freshness.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function setup(): Promise<void> {
  if (await hasPhantom(root)) return;
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'tools/phantom/main.ts'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The phantom could not be made, for the reason told above.');
}
