// Browser tests: journeys on the built app, in a real browser, against the very server that `npm start` runs.

import { defineConfig } from '@playwright/test';
import { findBrowser } from './e2e/find-browser.ts';
import { dataFile, hasData } from './e2e/fixtures/data.ts';

// This file is read again by every worker process; the search for a browser is not repeated there.
process.env.CONCENTRIC_TEST_BROWSER ??= findBrowser();

const launch = {
  executablePath: process.env.CONCENTRIC_TEST_BROWSER,
  // Chromium refuses to run sandboxed as root, and is sandboxed for everybody else.
  chromiumSandbox: process.getuid?.() !== 0,
};

/** WebGPU without a GPU: Chromium's software adapter. */
const softwareWebGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  // One picture for every machine: what they are compared with is made so that machines do not differ.
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  // Runs use every core themselves, and a test that needs another try is a test that found something.
  workers: 1,
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  // Against hanging, not for speed: what passes waits for none of these, on a machine however busy.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  webServer: {
    command: 'npm start',
    // The real slides beside the project, where they are, as a user's folder.
    env: { PORT: '0', SLIDES: hasData ? dataFile('slides') : '', CONCENTRIC_SLIDE_HOSTS: '' },
    // The system chooses the port; the server's own line says which, and only once everything is built.
    wait: { stdout: /at http:\/\/localhost:(?<concentric_test_port>\d+)\// },
    timeout: 180_000,
    stdout: 'pipe',
  },
  use: {
    baseURL: `http://localhost:${process.env.CONCENTRIC_TEST_PORT}/`,
    viewport: { width: 1280, height: 800 },
    // Every test begins as on a first visit; what a service worker changes, its own journeys tell.
    serviceWorkers: 'block',
    actionTimeout: 90_000,
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      testIgnore: ['*.webgpu.spec.ts', '*.firefox.spec.ts', 'native.spec.ts'],
      use: { launchOptions: launch },
    },
    {
      name: 'webgpu',
      testMatch: '*.webgpu.spec.ts',
      use: { launchOptions: { ...launch, args: softwareWebGpu } },
    },
    // Needs a Firefox, which its test starts itself.
    ...(process.env.CONCENTRIC_FIREFOX ? [{ name: 'firefox', testMatch: '*.firefox.spec.ts' }] : []),
    // Minutes a test: only when it is asked for.
    ...(process.env.CONCENTRIC_NATIVE
      ? [{ name: 'native', testMatch: 'native.spec.ts', use: { launchOptions: launch } }]
      : []),
  ],
});
