// When dist/ has to be built again.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasPhantom, isStale } from './freshness.ts';

let root: string;

/** Writes a file dated to `seconds`; its folder gets the same date. */
function put(path: string, seconds: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  utimesSync(file, seconds, seconds);
  utimesSync(dirname(file), seconds, seconds);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'concentric-fresh-'));
  put('src/main.tsx', 100);
  put('src/ui/App.tsx', 100);
  put('public/models/index.json', 100);
  put('public/slides/phantom/phantom.dzi', 100);
  utimesSync(join(root, 'src'), 100, 100);
  put('dist/slides/phantom/phantom.dzi', 200);
  put('dist/index.html', 200);
});
afterEach(() => rmSync(root, { recursive: true }));

test('a build younger than its sources holds', async () => {
  expect(await isStale(root)).toBe(false);
  expect(await hasPhantom(root)).toBe(true);
});

test.each(['src/ui/App.tsx', 'src/ui/New.tsx', 'public/models/glas/manifest.json', 'index.html', 'package-lock.json'])(
  'a newer %s asks for another',
  async (path) => {
    put(path, 300);
    expect(await isStale(root)).toBe(true);
  },
);

test('so does a file that went', async () => {
  rmSync(join(root, 'src/ui/App.tsx'));
  expect(await isStale(root)).toBe(true);
});

test('so does a phantom that dist/ has not, or has of old', async () => {
  put('public/slides/phantom/phantom.dzi', 300);
  expect(await isStale(root)).toBe(true);
  put('dist/slides/phantom/phantom.dzi', 301);
  expect(await isStale(root)).toBe(false);
  rmSync(join(root, 'dist/slides'), { recursive: true });
  expect(await isStale(root)).toBe(true);
});

test('so does a missing dist/', async () => {
  rmSync(join(root, 'dist'), { recursive: true });
  expect(await isStale(root)).toBe(true);
});
