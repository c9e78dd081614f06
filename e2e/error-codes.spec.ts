// Every documented error code, each by what a user or a script can do or meet: it comes out of the app, with a sentence,
// and afterwards the app still answers. The table has all codes, or this file does not compile. What the sentences say is
// src/lib/failure-codes.test.ts.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import type { FailureCode } from '../src/lib/failure.ts';
import { AppPage, type Refusal } from './app-page.ts';
import { startTestServer, type TestServerOptions } from './fixtures/servers.ts';
import { beforeWorker } from './fixtures/worker-prelude.ts';

type Provoke = (app: AppPage, page: Page) => Promise<Refusal | null>;

const text = (content: string) => new TextEncoder().encode(content);
const dzi =
  '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="1" TileSize="254"><Size Width="3000" Height="2000"/></Image>';

/** What `call`, a piece of script of the page, rejects with; null when it does not. */
const scripted =
  (call: string): Provoke =>
  (_app, page) =>
    page.evaluate(`(async () => { ${call} })().then(
      () => null,
      (error) => ({ code: error.code, message: error.message }),
    )`);

/** Opens `path` of a server of its own. */
const opened =
  (path: string, content: string | null, options: Partial<TestServerOptions> = {}): Provoke =>
  async (app) => {
    const files = new Map(content === null ? [] : [[path, text(content)]]);
    const server = await startTestServer({ files, ...options });
    const refusal = await app.refusalOf('openSlide', `${server.url}/${path}`);
    await server.close();
    return refusal;
  };

/** Loads the phantom's model with some of its files changed. */
const model =
  (change: Record<string, (content: string) => string>, cut: readonly string[] = []): Provoke =>
  async (app) => {
    const server = await startTestServer({
      files: (path) => {
        const bytes = readFileSync(`public/models/phantom/${path}`);
        const changed = change[path]?.(bytes.toString('utf8'));
        return changed === undefined ? bytes.subarray(cut.includes(path) ? 1 : 0) : text(changed);
      },
    });
    const refusal = await scripted(`await concentric.loadModel('${server.url}/', { backend: 'wasm' });`)(app, app.page);
    await server.close();
    return refusal;
  };

const withoutSums = (manifest: string) => manifest.replace('"x_files"', '"x_files_of_before"');
const at = '{ x: 3000, y: 3000 }';
const region = '{ x: 3000, y: 3000, width: 1024, height: 1024 }';

/** Each WebGL context is taken away as soon as it was given. */
const loseContexts = `{
  const { getContext } = OffscreenCanvas.prototype;
  OffscreenCanvas.prototype.getContext = function (...wanted) {
    const context = getContext.apply(this, wanted);
    if (context instanceof WebGL2RenderingContext)
      setTimeout(() => context.getExtension('WEBGL_lose_context').loseContext(), 0);
    return context;
  };
}`;

const table: Record<FailureCode, Provoke> = {
  'not-found': opened('a.svs', null),
  network: async (app) => {
    const server = await startTestServer({ files: new Map() });
    await server.close();
    return app.refusalOf('openSlide', `${server.url}/a.svs`);
  },
  cors: opened('a.dzi', dzi, { cors: false }),
  'host-not-allowed': (app) => app.refusalOf('openSlide', 'https://slides.example.org/a.dzi'),
  'not-a-slide': opened('a.svs', 'Dear pathologist, this is a letter and no slide at all.'),
  'unsupported-format': opened('a.dzi', dzi.replace('jpg', 'tif')),
  damaged: opened('a.dzi', dzi.slice(0, 80)),
  'mpp-unknown': async (app, page) => {
    const server = await startTestServer({ files: new Map([['a.dzi', text(dzi)]]) });
    await app.openSlide(`${server.url}/a.dzi`);
    const refusal = await scripted('await concentric.classify({ x: 1500, y: 1000 })')(app, page);
    await server.close();
    return refusal;
  },
  'spacing-too-fine': scripted(`await concentric.openSlide('phantom', { mpp: 2 }); await concentric.classify(${at});`),
  'outside-slide': scripted('await concentric.classify({ x: -5, y: 10 });'),
  'tile-unavailable': async (app, page) => {
    const server = await startTestServer({ files: new Map([['a.dzi', text(dzi)]]) });
    await app.openSlide(`${server.url}/a.dzi`, 0.5);
    const refusal = await scripted('await concentric.classify({ x: 1500, y: 1000 })')(app, page);
    await server.close();
    return refusal;
  },
  'model-not-found': (app) => app.refusalOf('loadModel', 'no-such-model'),
  'model-invalid': model({ 'manifest.json': (manifest) => manifest.replace('"num_classes": 6', '"num_classes": 7') }),
  'model-hash': model({}, ['golden.json']),
  // Chromium here has no graphics adapter.
  'backend-unavailable': scripted("await concentric.loadModel('phantom', { backend: 'webgpu' });"),
  'self-test-failed': model({
    'manifest.json': withoutSums,
    'golden.json': (golden) => {
      const { cases } = JSON.parse(golden);
      for (const one of cases) one.probabilities.reverse();
      return JSON.stringify({ cases });
    },
  }),
  // As browsers answer that have no room for the picture.
  'out-of-memory': scripted(`
    await concentric.analyse({ region: { x: 3000, y: 3000, width: 64, height: 64 } }).done;
    HTMLCanvasElement.prototype.toBlob = (callback) => callback(null);
    await concentric.exportResults('png');`),
  'device-lost': async (app, page) => {
    await beforeWorker(page, 'inference', loseContexts);
    await app.open();
    return scripted("await concentric.loadModel('phantom', { backend: 'webgl' });")(app, page);
  },
  busy: scripted(`
    const run = concentric.analyse({ region: ${region} });
    try { await concentric.exportResults('csv'); } finally { run.cancel(); await run.done; }`),
  superseded: scripted(`
    const first = concentric.classify(${at});
    void concentric.classify(${at});
    await first;`),
  cancelled: scripted(`
    const run = concentric.analyse({ region: ${region} });
    await concentric.openSlide('phantom');
    await run.done;`),
  'bad-argument': scripted('await concentric.classify({ x: NaN, y: 10 });'),
};

for (const [code, provoke] of Object.entries(table)) {
  test(code, async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    const refusal = await provoke(app, page);
    expect(refusal).toEqual({ code, message: expect.stringMatching(/^.{20,}[.]$/s) });
    await app.openSlide('phantom');
    await app.loadModel('phantom', 'wasm');
    const { probabilities } = await app.classify({ x: 3000, y: 3000 });
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
  });
}
