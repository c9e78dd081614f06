// docs/reliability.md promises a command for every figure: each of them is there to be run, and the number of hostile
// inputs is what the tests try.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const files = ['src', 'e2e', 'tools/serve', 'tools/build']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .concat('tools/supply-chain.test.ts');

/** Rows of the figures' table: what, figure, command. */
const rows = text
  .slice(text.indexOf('## Figures'), text.indexOf('## Browsers'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
const commands = [
  ...new Set([...text.matchAll(/`((?:CONCENTRIC_FUZZ=10 )?np[mx] [^`]*)`/g)].map(([, one = '']) => one)),
];

/** The files that a runner would take for its arguments. */
function testFilesOf(command: string): string[] {
  const [, runner, rest = ''] = /np[mx] (vitest run|playwright test|run) ?(.*)$/.exec(command) ?? [];
  const ending = runner === 'vitest run' ? /\.test\.ts$/ : /\.spec\.ts$/;
  const patterns = rest.replace(/ -g .*/, '').split(' ');
  return patterns.flatMap((pattern) => {
    const found = files.filter((file) => ending.test(file) && file.includes(pattern));
    expect(found, `${command}: ${pattern}`).not.toEqual([]);
    return found;
  });
}

test('every figure has a command', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const cells of rows) {
    expect(cells, cells[0]).toHaveLength(3);
    expect(cells[2], cells[0]).toMatch(/`(CONCENTRIC_FUZZ=10 )?np[mx] /);
  }
});

test.each(commands)('%s can be run', (command) => {
  const script = /^npm run ([\w:-]+)/.exec(command)?.[1];
  if (script !== undefined) return expect(Object.keys(scripts)).toContain(script);
  if (!/ (vitest|playwright) /.test(command)) return expect(command).toMatch(/^npm (audit|ci)/);
  const found = testFilesOf(command);
  const title = / -g "(.*)"$/.exec(command)?.[1];
  if (title !== undefined) expect(readFileSync(join(root, found[0] ?? ''), 'utf8')).toContain(title);
});

test('the hostile inputs are as many as the table says', () => {
  const tried = testFilesOf('npx vitest run hostile tools/serve/inside')
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/^ +cases: (\d+),$/gm)])
    .reduce((sum, [, cases]) => sum + Number(cases), 0);
  expect(rows.find(([what]) => what?.includes('hostile inputs, seeded'))?.[1]).toContain(tried.toLocaleString('en'));
  expect(rows.find(([what]) => what?.includes('ten times the inputs'))?.[1]).toContain(
    (10 * tried).toLocaleString('en'),
  );
});
