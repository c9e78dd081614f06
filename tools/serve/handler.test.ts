// The server over real connections: headers, ranges, the slide list, and what it does not give out.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHandler } from './handler.ts';
import { type Listening, listenOnLoopback } from './loopback.ts';

const slide = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
let folder: string;
let listening: Listening;

function write(path: string, content: string | Buffer = 'x'): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concentric-serve-'));
  write('dist/index.html', '<html><head><title>Concentric</title></head></html>');
  write('dist/assets/app-1a2b.js', 'export {};');
  write('dist/assets/engine-1a2b.wasm');
  write('dist/slides/phantom/phantom.dzi', '<Image/>');
  write('dist/service-worker.js', 'let listed;\n');
  write('slides/b.svs', slide);
  write('slides/ä 10.tif', slide);
  write('slides/ä 9.tif');
  write('slides/deep.dzi', '<Image/>');
  write('slides/deep_files/0/0_0.jpg');
  write('slides/deep_files/notes.csv');
  write('slides/dicom/one', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
  write('slides/patients.csv');
  write('slides/.hidden.svs');
  write('slides/letters/a.svs');
  write('slides/cohort.json', '{"format":"concentric-cohort","version":1}');
  write('slides/b.results.json', '{"provenance":{}}');
  write('slides/thumbnails/b.jpg');
  write('slides/run 2/cohort.json', '{"format":"concentric-cohort","version":1}');
  write('slides/run 2/b.results.csv');
  write('slides/run 2/report.json');
  write('slides/others/cohort.json', '{"people":[]}');
  write('slides/others/b.results.json');
  write('outside/secret.svs');
  symlinkSync(join(folder, 'outside/secret.svs'), join(folder, 'slides/link.svs'));
  symlinkSync(join(folder, 'outside'), join(folder, 'slides/linked_files'));
  symlinkSync(join(folder, 'slides/b.svs'), join(folder, 'slides/same.svs'));
  const served = {
    distDir: join(folder, 'dist'),
    slidesDir: join(folder, 'slides'),
    slideHosts: ['https://slides.example.org'],
  };
  listening = await listenOnLoopback(createHandler(served), 0);
});

afterAll(async () => {
  await listening.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`http://127.0.0.1:${listening.port}/${path}`, { method, headers });

/** A request as it is, which fetch would tidy up. */
function statusOf(path: string, host = `localhost:${listening.port}`): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: listening.port, path, headers: { host } };
    request(options, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

describe('headers', () => {
  test('pages are isolated and bound by the policy, in header and element alike', async () => {
    const response = await get('?slide=phantom');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'permissions-policy': expect.stringContaining('camera=()'),
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; .* https:\/\/slides\.example\.org; frame-ancestors 'self' /,
      ),
      'x-dns-prefetch-control': 'off',
    });
    const [policy = ''] = response.headers.get('content-security-policy')?.split('; frame-ancestors') ?? [];
    expect(await response.text()).toContain(`content="${policy}"`);
  });

  test('scripts are bound too, have the right type and stay in the cache', async () => {
    const { headers } = await get('assets/app-1a2b.js');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cache-control')).toContain('immutable');
    expect((await get('assets/engine-1a2b.wasm')).headers.get('content-type')).toBe('application/wasm');
    expect((await get('slides/phantom/phantom.dzi')).headers.get('content-type')).toBe('application/xml');
    expect((await get('')).headers.get('cache-control')).toBe('no-cache');
  });

  test('the service worker, which keeps the page, is another one where the policy is another', async () => {
    const response = await get('service-worker.js');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toMatch(/^let listed;\n\/\/ default-src .* https:\/\/slides\.example\.org\n$/);
  });

  test('what is not there is 404, with the isolation headers', async () => {
    for (const path of ['nothing', 'assets', 'assets/', 'slides/phantom/', 'slides/local/none.svs']) {
      const response = await get(path);
      expect(response.status, path).toBe(404);
      expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
    expect((await get('', {}, 'POST')).status).toBe(405);
  });
});

describe('ranges', () => {
  const ranged = (range: string, more: Record<string, string> = {}) => get('slides/local/b.svs', { range, ...more });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-299', 100, 300],
    ['bytes=990-5000', 990, 1000],
    ['bytes=700-', 700, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=-5000', 0, 1000],
  ])('%s', async (range, start, end) => {
    const response = await ranged(range);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(slide.subarray(start, end));
  });

  test.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('none of it: %s', async (range) => {
    const response = await ranged(range);
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */1000');
  });

  test.each(['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=-'])('not a range: %s', async (range) => {
    const response = await ranged(range);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(1000);
  });

  test('a file the reader has is not sent again; a range of an older version is the whole file', async () => {
    const { headers } = await get('slides/local/b.svs', {}, 'HEAD');
    const etag = headers.get('etag') ?? '';
    expect(headers.get('content-length')).toBe('1000');
    expect(headers.get('accept-ranges')).toBe('bytes');
    expect((await get('slides/local/b.svs', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('slides/local/b.svs', { 'if-none-match': '"other"' })).status).toBe(200);
    const since = headers.get('last-modified') ?? '';
    expect((await get('slides/local/b.svs', { 'if-modified-since': since })).status).toBe(304);
    expect((await ranged('bytes=0-9', { 'if-range': etag })).status).toBe(206);
    expect((await ranged('bytes=0-9', { 'if-range': '"other"' })).status).toBe(200);
  });
});

describe('slides of the folder', () => {
  test('the phantom, then every slide by name, and nothing else', async () => {
    const { slides } = (await (await get('slides/index.json')).json()) as { slides: { title: string; url: string }[] };
    expect(slides[0]).toEqual({ id: 'phantom', title: 'Phantom (made slide)', url: 'slides/phantom/phantom.dzi' });
    const titles = slides.slice(1).map(({ title }) => title);
    expect(titles).toEqual(['ä 9.tif', 'ä 10.tif', 'b.svs', 'deep.dzi', 'dicom', 'same.svs']);
    for (const { url, title } of slides) expect((await get(url)).status, title).toBe(200);
    expect(await (await get('slides/local/dicom/')).json()).toEqual({ files: ['one'] });
    expect((await get('slides/local/dicom/one')).status).toBe(200);
    expect((await get('slides/local/deep_files/0/0_0.jpg')).headers.get('content-type')).toBe('image/jpeg');
  });

  test.each([
    'patients.csv',
    '.hidden.svs',
    'letters/a.svs',
    'letters/',
    'deep_files/notes.csv',
    'link.svs',
    'linked_files/secret.svs',
    '',
  ])('what is no slide, or lies elsewhere, stays private: "%s"', async (path) => {
    expect((await get(`slides/local/${path}`)).status).toBe(404);
  });

  test.each([
    '/slides/local/../../outside/secret.svs',
    '/slides/local/..%2f..%2foutside%2fsecret.svs',
    '/slides/local/%2e%2e/%2e%2e/outside/secret.svs',
    '/slides/local/dicom/../../outside/secret.svs',
    '/slides/local/..\\..\\outside\\secret.svs',
    '/../slides/patients.csv',
    '/%2e%2e/slides/patients.csv',
    '//slides/local/b.svs',
    '/slides/local//b.svs',
    '/slides/local/b.svs%00.jpg',
    '/%E0%A4%A',
    'http://127.0.0.1/slides/local/b.svs',
  ])('no path leads out: %s', async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  test('a site that points its own name at this computer gets nothing', async () => {
    expect(await statusOf('/slides/local/b.svs')).toBe(200);
    expect(await statusOf('/slides/local/b.svs', `[::1]:${listening.port}`)).toBe(200);
    expect(await statusOf('/slides/local/b.svs', 'evil.example')).toBe(403);
    expect(await statusOf('/slides/local/b.svs', 'localhost.evil.example')).toBe(403);
  });
});

describe('cohorts beside the slides', () => {
  test('of the folder and of those right below it, and only what a cohort is made of', async () => {
    const { cohorts } = (await (await get('slides/index.json')).json()) as {
      cohorts: { title: string; url: string }[];
    };
    expect(cohorts.map(({ title }) => title)).toEqual(['Results beside the slides', 'run 2']);
    const [here, below] = cohorts.map(({ url }) => url.replace(/cohort\.json$/, ''));
    for (const path of [`${here}cohort.json`, `${here}b.results.json`, `${here}thumbnails/b.jpg`]) {
      expect((await get(path)).status, path).toBe(200);
    }
    expect(await (await get(`${below}cohort.json`)).json()).toMatchObject({ format: 'concentric-cohort' });
    expect((await get(`${below}b.results.csv`)).status).toBe(200);
    for (const path of [`${here}patients.csv`, `${here}b.svs`, `${below}report.json`, `${below}b.results.json`]) {
      expect((await get(path)).status, path).toBe(404);
    }
  });

  test('a cohort.json of another program makes no cohort', async () => {
    for (const file of ['cohort.json', 'b.results.json']) {
      expect((await get(`slides/cohorts/others/${file}`)).status, file).toBe(404);
    }
  });
});
