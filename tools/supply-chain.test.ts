// What the lock file promises: exact versions, checked contents, no private address, and licences that go with ours. What
// ends up in dist/ may ask for no more than a notice; tools that stay here may also be weak copyleft.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { licencesOf } from './build/licences.ts';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8'));
const lock = read('package-lock.json') as { packages: Record<string, LockedPackage> };
const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

const shippable = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'Zlib', 'CC0-1.0', 'Unlicense'];
/** Tools: their terms hold for changed copies of themselves, which we don't make. */
const usable = [...shippable, 'MPL-2.0', 'BlueOak-1.0.0', 'Python-2.0', 'CC-BY-4.0'];

/** True when an SPDX expression (without nesting) can be met with `allowed` alone. */
function isMet(expression: string, allowed: readonly string[]): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.includes(licence)));
}

test('every package is named by an exact version', () => {
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test('every package is held to the hash of its content, from wherever it is fetched', () => {
  expect(locked.length).toBeGreaterThan(100);
  for (const [path, { integrity, resolved }] of locked) {
    expect(integrity, path).toMatch(/^sha512-/);
    expect(resolved, path).toBeUndefined();
  }
});

test('the build carries the licence of everything that is shipped', () => {
  const text = licencesOf(fileURLToPath(new URL('..', import.meta.url)));
  for (const name of Object.keys(dependencies ?? {})) expect(text).toContain(`## ${name} ${dependencies?.[name]} (`);
  expect(text).toContain('Copyright (c) Meta Platforms');
  expect(text).not.toContain('## vitest');
});

test('every licence goes with Apache-2.0', () => {
  for (const [path, { license, dev }] of locked) {
    expect(isMet(license ?? 'none', dev === true ? usable : shippable), `${path}: ${license}`).toBe(true);
  }
  expect(isMet('MIT OR GPL-3.0', shippable)).toBe(true);
  expect(isMet('(MIT AND Zlib)', shippable)).toBe(true);
  for (const wrong of ['GPL-3.0', 'MIT AND AGPL-3.0', 'none', 'MPL-2.0']) expect(isMet(wrong, shippable)).toBe(false);
});
