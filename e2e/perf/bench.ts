// What every group measures with: the built app and a page that imports the engine, served from one origin by the
// server that `npm start` runs, and browsers to open them in.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { selfContainedWasmThreads } from '../../tools/build/wasm-threads.ts';
import { createHandler } from '../../tools/serve/handler.ts';
import { listenOnLoopback } from '../../tools/serve/loopback.ts';
import { prepare } from '../../tools/serve/prepare.ts';
import { AppPage } from '../app-page.ts';
import { findBrowser } from '../find-browser.ts';
import { dataFile, hasData } from '../fixtures/data.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The slide and the model that most metrics are measured on. */
export const breast = { slide: 'slides/local/her2st-B4.tif', model: 'her2st-breast' } as const;

export interface BrowserOptions {
  /** Cores that the whole browser may use; all when absent. */
  readonly cores?: number;
  readonly softwareWebGpu?: boolean;
}

/** A request as the server met it. */
export interface RequestSeen {
  readonly path: string;
  /** The Range header. */
  readonly range: string | null;
}

export class Bench {
  readonly origin: string;
  /** Every request so far, in the order they came. */
  readonly requests: readonly RequestSeen[];
  readonly #close: () => Promise<void>;
  readonly #browsers: Browser[] = [];

  /** Builds what is missing or old and serves it. */
  static async start(): Promise<Bench> {
    await prepare(root);
    const scratch = mkdtempSync(join(tmpdir(), 'concentric-perf-'));
    const pageDir = join(scratch, 'page');
    await build({
      // Nothing of the app's build but what the engine needs: the page is no app that a service worker would keep.
      configFile: false,
      root: join(root, 'e2e/perf/page'),
      base: './',
      logLevel: 'error',
      // The page computes on its own thread, as the naive loop does: the threads of the backend start from there.
      plugins: [selfContainedWasmThreads()],
      worker: { format: 'es', plugins: () => [selfContainedWasmThreads()] },
      build: { outDir: pageDir, emptyOutDir: true, copyPublicDir: false, target: 'esnext' },
    });
    const slidesDir = hasData ? dataFile('slides') : null;
    const app = createHandler({ distDir: resolve(root, 'dist'), slidesDir, slideHosts: [] });
    const files = (distDir: string) => createHandler({ distDir, slidesDir: null, slideHosts: [] });
    // The other runtimes look for their binaries in a folder, by names that a build would change.
    const mounts = [
      ['/perf/litert', files(join(root, 'node_modules/@litertjs/core/wasm'))],
      ['/perf/ort', files(join(root, 'node_modules/onnxruntime-web/dist'))],
      ['/perf', files(pageDir)],
    ] as const;
    const requests: RequestSeen[] = [];
    const route: RequestListener = (request, response) => {
      const path = request.url ?? '';
      requests.push({ path, range: request.headers.range ?? null });
      const [prefix, handler] = mounts.find(([mount]) => path.startsWith(`${mount}/`)) ?? ['', app];
      request.url = path.slice(prefix.length);
      handler(request, response);
    };
    const listening = await listenOnLoopback(route, 0);
    return new Bench(`http://localhost:${listening.port}`, requests, async () => {
      await listening.close();
      rmSync(scratch, { recursive: true, force: true });
    });
  }

  private constructor(origin: string, requests: readonly RequestSeen[], close: () => Promise<void>) {
    this.origin = origin;
    this.requests = requests;
    this.#close = close;
  }

  async browser({ cores, softwareWebGpu = false }: BrowserOptions = {}): Promise<Browser> {
    const sandbox = process.getuid?.() !== 0;
    const browser = await chromium.launch({
      executablePath: cores === undefined ? findBrowser() : confined(findBrowser(), cores),
      chromiumSandbox: sandbox,
      args: softwareWebGpu
        ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']
        : [],
    });
    this.#browsers.push(browser);
    return browser;
  }

  /** The app, ready, on a page of its own; `beforeScripts` runs there before any script of the app. */
  async app(browser: Browser, query = '', beforeScripts?: () => void): Promise<AppPage> {
    const app = new AppPage(await this.#page(browser));
    if (beforeScripts !== undefined) await app.page.addInitScript(beforeScripts);
    await app.page.goto(`${this.origin}/${query}`);
    await app.page.waitForFunction(() => window.concentric !== undefined);
    await app.page.evaluate(() => window.concentric.ready);
    return app;
  }

  /** The app on the slide and with the model of most metrics, on WASM. */
  async breastApp(browser: Browser): Promise<AppPage> {
    const app = await this.app(browser, `?slide=${breast.slide}&model=${breast.model}`);
    await app.loadModel(breast.model, 'wasm');
    return app;
  }

  /** The page that imports the engine. */
  async engine(browser: Browser): Promise<Page> {
    const page = await this.#page(browser);
    await page.goto(`${this.origin}/perf/`);
    await page.waitForFunction(() => window.engine !== undefined);
    return page;
  }

  async #page(browser: Browser): Promise<Page> {
    // A service worker would fetch the whole app beside what is measured, and answer in the server's place.
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' });
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`page: ${message.text()}`);
    });
    return page;
  }

  /** Closes the browsers of a group. */
  async rest(): Promise<void> {
    await Promise.all(this.#browsers.splice(0).map((browser) => browser.close()));
  }

  async close(): Promise<void> {
    await this.rest();
    await this.#close();
  }
}

/** A program that starts `browser` on the first `cores` cores only. */
function confined(browser: string, cores: number): string {
  const folder = join(tmpdir(), `concentric-perf-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const script = join(folder, `on-${cores}`);
  const list = cores === 1 ? '0' : `0-${cores - 1}`;
  writeFileSync(script, `#!/bin/sh\nexec taskset -c ${list} "${browser}" "$@"\n`, { mode: 0o755 });
  return script;
}
