// A browser without WebGPU and without any graphics card: slides open and are classified all the same, and the model
// panel says what it computes with and why.

import { expect, test } from '@playwright/test';
import { AppPage } from './app-page.ts';

test.use({
  launchOptions: {
    executablePath: process.env.CONCENTRIC_TEST_BROWSER ?? '',
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-software-rasterizer', '--disable-3d-apis', '--disable-features=WebGPU'],
  },
});

test('the main job without any graphics card', async ({ page }) => {
  const app = new AppPage(page);
  await app.open('?x=3000&y=3000&mag=10');
  const graphics = await page.evaluate(async () => ({
    webgl: document.createElement('canvas').getContext('webgl2') !== null,
    webgpu: (await navigator.gpu?.requestAdapter().catch(() => null)) ?? null,
  }));
  expect(graphics).toEqual({ webgl: false, webgpu: null });
  const model = page.getByRole('region', { name: 'Model' });
  await expect(model).toContainText('WebAssembly is used');
  await expect(model).toContainText('WebGPU was passed over');
  await app.slide.click({ position: { x: 400, y: 300 } });
  const panel = page.getByRole('region', { name: 'Point', exact: true });
  await expect(panel.getByRole('table', { name: 'Class probabilities' })).toBeVisible();
  const result = await app.analyse({ region: { x: 3000, y: 3000, width: 256, height: 256 } });
  expect(result.state).toBe('complete');
  for (const backend of ['webgpu', 'webgl'] as const) {
    const code = await page.evaluate(
      (wanted) =>
        window.concentric.loadModel('phantom', { backend: wanted }).then(
          () => null,
          (error: Error & { code: string }) => error.code,
        ),
      backend,
    );
    expect(code, backend).toBe('backend-unavailable');
  }
  expect((await app.classify({ x: 3000, y: 3000 })).backend).toBe('wasm');
});
