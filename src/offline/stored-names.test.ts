// The README's table of what the browser stores is the whole truth: every place that the code keeps things in stands
// there, and nothing stands there that is not kept.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheNames, storedPrefix } from './stored-names.ts';

const src = join(import.meta.dirname, '..');
const readme = readFileSync(join(src, '../README.md'), 'utf8');
const table = /\nWhat the browser stores.*?\n\n(\|.*?)\n\n/s.exec(readme)?.[1] ?? '';
const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.(test|fixture)\.tsx?$/.test(path))
  .map((path) => readFileSync(join(src, path), 'utf8'))
  .join('\n');

test('databases', () => {
  const inCode = [...code.matchAll(/\(name = '([\w-]+)'\)/g)].map(([, name]) => name);
  const inTable = [...table.matchAll(/IndexedDB `([^`]+)`/g)].map(([, name]) => name);
  expect(inCode).toHaveLength(code.match(/\bkeptDatabase<Schema>\(/g)?.length ?? 0);
  expect(code.match(/\bopenDB[<(]/g)).toHaveLength(1);
  for (const name of inCode) expect(name).toMatch(new RegExp(`^${storedPrefix}-`));
  expect([...new Set(inTable)].sort()).toEqual([...new Set(inCode)].sort());
});

test('caches', () => {
  for (const name of Object.values(cacheNames('https://a.example/b/'))) {
    expect(table).toContain(`:${name.split(':').at(-1)}\``);
  }
  expect(code).not.toMatch(/caches\.open\(['"`]/);
});

test('local storage; nothing in session storage, or as a cookie', () => {
  const inTable = [...table.matchAll(/local storage `([^`]+)`/g)].map(([, name]) => name);
  const users = code.match(/\blocalStorage\.setItem\(/g)?.length ?? 0;
  expect(inTable).toHaveLength(users);
  for (const name of inTable) expect(code).toContain(`'${name}'`);
  expect(code).not.toMatch(/sessionStorage\.setItem|document\.cookie|cookieStore/);
});
