// The page for pathologists gives the very numbers that the README says how to reproduce.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explain } from './explain.ts';

test('what several magnifications add is what the README’s table says', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, cells = ''] = /^\| all \|(.*)\|$/m.exec(readme) ?? [];
  const shares = cells.split('|').map((cell) => `${(Number(cell.replaceAll('*', '')) * 100).toFixed(1)}%`);
  expect(explain.gainRows.map(([, share]) => share)).toEqual(shares);
});
