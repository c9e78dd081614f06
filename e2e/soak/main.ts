// `npm run soak -- --minutes 10 [--seed 7]`: the soak of soak.spec.ts for as long as wanted. The seed of a soak that
// fails is in its message, and makes the same choices again.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
if (!(Number(values.minutes) > 0) || !Number.isInteger(Number(values.seed))) {
  console.error('Usage: npm run soak -- --minutes 10 [--seed 7]');
  process.exitCode = 1;
} else {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { status } = spawnSync('npx', ['playwright', 'test', 'e2e/soak.spec.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CONCENTRIC_SOAK_MINUTES: values.minutes, CONCENTRIC_SOAK_SEED: values.seed },
  });
  process.exitCode = status ?? 1;
}
