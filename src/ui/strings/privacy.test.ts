// What the browser stores is told in words: each database and key that the README lists has its own.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storedWords } from './privacy.ts';

test('every database and key has words, and none is left over', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  // That the table is the whole truth is stored-names.test.ts' business.
  const names = [...readme.matchAll(/(?:IndexedDB|local storage) `([^`]+)`/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(3);
  expect(Object.keys(storedWords.kinds).sort()).toEqual([...new Set(names)].sort());
});
