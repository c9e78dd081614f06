// The Python of training/, as its own commands run it.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bench.ts';

const training = join(root, 'training');
const program = join(training, '.venv/bin/python');
const MAX_OUTPUT_BYTES = 1 << 26;

/** What `python -m dsml infer` ends with when some slides had trouble. */
export const SOME_FAILED = 3;

export const hasPython = existsSync(program);

/** The obstacle where it is missing. */
export const missingPython = 'There is no Python environment: run npm run test:training once, which makes it.';

/** What it printed. Rejects unless it ends with one of `allowed`. */
export function python(args: readonly string[], allowed: readonly number[] = [0]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { cwd: training, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (allowed.includes(error === null ? 0 : Number(error.code))) resolve(stdout);
      else reject(new Error(`${args.join(' ')} failed:\n${stderr.slice(-2000)}`));
    });
  });
}
