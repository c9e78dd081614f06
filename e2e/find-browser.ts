// Finds a browser for the tests: the one that CHROMIUM_PATH names, one that is installed, or Playwright's own, which is
// downloaded where it can be. Chromium and Chrome are the same for our purpose.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from '@playwright/test';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Programs where their installers put them, below the folders of each system. */
const programs = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'],
} as const;

/** Path of the browser's program. Throws with one sentence when there is none and none can be had. */
export function findBrowser(): string {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH is "${named}", and there is no such file. Give the path of Chromium or Chrome.`);
  }
  const found = [...installed(), chromium.executablePath()].find((path) => existsSync(path));
  return found ?? download();
}

function installed(): string[] {
  if (process.platform === 'darwin') return [...programs.darwin];
  if (process.platform === 'win32') {
    const { PROGRAMFILES, 'PROGRAMFILES(X86)': programFilesX86, LOCALAPPDATA } = process.env;
    const folders = [PROGRAMFILES, programFilesX86, LOCALAPPDATA].filter((folder) => folder !== undefined);
    return folders.flatMap((folder) => programs.win32.map((program) => join(folder, program)));
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** Playwright's own browser, fetched once. */
function download(): string {
  try {
    const { resolve } = createRequire(import.meta.url);
    const cli = join(dirname(resolve('@playwright/test/package.json')), 'cli.js');
    execFileSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore' });
  } catch {
    // Told below: what counts is whether it is there now.
  }
  const path = chromium.executablePath();
  if (existsSync(path)) return path;
  throw new Error(
    'No browser for the tests: install Chromium or Chrome, or name one with CHROMIUM_PATH=/path/to/chrome.',
  );
}
