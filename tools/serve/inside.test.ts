// Paths of requests as malice makes them: whatever is asked for, no file beside the served folder is found.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { damagedText, fuzz } from '../../e2e/fixtures/fuzz.ts';
import { pathParts, resolveInside } from './inside.ts';

const ways = [
  '..',
  '.',
  '%2e%2e',
  '..%2f',
  '%252e%252e',
  '..\\',
  '%5c..',
  '%00',
  'a',
  'secret.svs',
  '~',
  'C:',
  '',
] as const;

test('paths of requests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'concentric-inside-'));
  const root = join(folder, 'slides');
  mkdirSync(join(root, 'a'), { recursive: true });
  writeFileSync(join(folder, 'secret.svs'), 'x');
  writeFileSync(join(root, 'a', 'b.svs'), 'x');
  let found = 0;
  await fuzz({
    what: 'paths of requests',
    cases: 3000,
    codes: [],
    async attempt(dice) {
      const climbing = Array.from({ length: 1 + dice.below(5) }, () => dice.of(ways)).join('/');
      const parts = pathParts(dice.below(2) === 0 ? `/${climbing}` : damagedText(dice, '/a/b.svs?c=d#e'));
      const path = parts === null ? null : await resolveInside(root, parts);
      if (path === null) return;
      found++;
      expect(path === root || path.startsWith(root + sep)).toBe(true);
    },
  });
  expect(found).toBeGreaterThan(10);
  rmSync(folder, { recursive: true });
});
