// .ci/run counts what the runners say: the real script with an npm that only prints what they print.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../.ci/run', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'concentric-ci-'));
mkdirSync(join(folder, 'data/slides'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

interface Said {
  readonly text: string;
  readonly exitCode: number;
}
const quiet: Said = { text: '', exitCode: 0 };

/** Runs .ci/run where npm says this for its last argument ("ci", "build", "test", "test:training"). */
function run(said: Readonly<Record<string, Said>>, dataFolder = join(folder, 'data')) {
  const cases = ['ci', 'build', 'test', 'test:training'].map((name) => {
    const { text, exitCode } = said[name] ?? quiet;
    writeFileSync(join(folder, name.replace(':', '-')), text);
    return `  ${name}) cat "${join(folder, name.replace(':', '-'))}"; exit ${exitCode} ;;`;
  });
  writeFileSync(
    join(folder, 'npm'),
    `#!/bin/sh\ncase "$1$2" in run*) shift ;; esac\ncase "$1" in\n${cases.join('\n')}\nesac\n`,
    {
      mode: 0o755,
    },
  );
  // All packages and browsers are there: nothing is installed by a test.
  writeFileSync(join(folder, 'firefox-esr'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'dpkg-query'), '#!/bin/sh\necho install ok installed\n', { mode: 0o755 });
  const { status, stdout } = spawnSync('bash', [script], {
    encoding: 'utf8',
    env: {
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      CONCENTRIC_DATA: dataFolder,
      CHROMIUM_PATH: process.execPath,
    },
  });
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1), stdout };
}

const vitest = ' Test Files  4 passed (4)\n      Tests  27 passed | 1 skipped (28)\n   Start at  05:09:24\n';
const playwright = '  ✓  1 [chromium] › a.spec.ts:1:1 › 3 passed points (2.0s)\n\n  2 skipped\n  12 passed (3.2m)\n';
const pytest = '.....\n30 passed, 2 skipped, 1 warning in 12.34s\n';

test('adds up what passed', () => {
  const { status, lastLine } = run({
    test: { text: vitest + playwright, exitCode: 0 },
    'test:training': { text: pytest, exitCode: 0 },
  });
  expect([status, lastLine]).toEqual([0, '69 passed, 0 failed']);
});

test('adds up what failed, and goes on to the other tests', () => {
  const failing =
    '      Tests  2 failed | 25 passed (27)\n  1 failed\n    [chromium] › a.spec.ts\n  3 did not run\n  8 passed (1.0m)\n';
  const { status, lastLine } = run({
    test: { text: failing, exitCode: 1 },
    'test:training': { text: '===== 1 failed, 29 passed, 1 error in 9.87s =====\n', exitCode: 1 },
  });
  expect([status, lastLine]).toEqual([1, '62 passed, 8 failed']);
});

test('a command that breaks before any test counts as one failure', () => {
  const { status, lastLine } = run({
    test: { text: 'error TS2307\n', exitCode: 2 },
    'test:training': { text: pytest, exitCode: 0 },
  });
  expect([status, lastLine]).toEqual([1, '30 passed, 1 failed']);
  expect(run({ build: { text: 'no\n', exitCode: 1 } })).toMatchObject({ status: 1, lastLine: '0 passed, 1 failed' });
});

test('without the real data it fails at once', () => {
  const { status, lastLine, stdout } = run({}, join(folder, 'nowhere'));
  expect([status, lastLine]).toEqual([1, '0 passed, 1 failed']);
  expect(stdout).not.toContain('==');
});
