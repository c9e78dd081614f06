// The browser that is named goes first, then one on the path; a wrong name is told, not passed over.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findBrowser } from './find-browser.ts';

const folder = join(tmpdir(), `concentric-browser-${process.pid}`);
const program = join(folder, 'google-chrome');

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('CHROMIUM_PATH is what is used, or is told to be wrong', () => {
  vi.stubEnv('CHROMIUM_PATH', process.execPath);
  expect(findBrowser()).toBe(process.execPath);
  vi.stubEnv('CHROMIUM_PATH', program);
  expect(() => findBrowser()).toThrow(/no such file/);
});

test.runIf(process.platform === 'linux')('without it, a browser on the path', () => {
  mkdirSync(folder);
  writeFileSync(program, '');
  vi.stubEnv('CHROMIUM_PATH', '');
  vi.stubEnv('PATH', `/nowhere:${folder}`);
  expect(findBrowser()).toBe(program);
});
