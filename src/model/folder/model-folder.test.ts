import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pickedFiles, tinyFolder } from '../tiny-model.fixture.ts';
import { ModelFolder } from './model-folder.ts';
import { listModels } from './model-index.ts';

const files = tinyFolder({ x_card: 'README.md' });
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    if (path === 'models/index.json') {
      response.end(
        JSON.stringify({
          models: [
            { id: 'tiny', title: 'Tiny' },
            { id: 'gone', title: 'Gone' },
          ],
        }),
      );
    } else if (path.startsWith('page/')) response.end('<!doctype html>');
    else if (path.startsWith('broken/')) response.writeHead(503).end();
    else {
      const found = files[path.replace('models/tiny/', '')];
      response.writeHead(found === undefined || !path.startsWith('models/tiny/') ? 404 : 200).end(found);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());

const openUrl = (path: string) => ModelFolder.open({ kind: 'url', url: `${base}${path}` });
const openFiles = (changed: typeof files, folder?: string) =>
  ModelFolder.open({ kind: 'files', files: pickedFiles(changed, folder) });

test('the same folder is read over http and from picked files, wherever it lies', async () => {
  const folders = [
    await openUrl('models/tiny/'),
    await openFiles(files),
    await openFiles(files, 'downloads/my models/tiny'),
  ];
  for (const folder of folders) {
    expect(folder.manifest.title).toBe('Tiny');
    expect(await folder.read('encoder/model.json')).toEqual(files['encoder/model.json']);
    expect(await folder.sha256()).toBe(await folders[0]?.sha256());
  }
});

test('the folder’s hash is that of its sorted lines', async () => {
  const folder = await openFiles(files);
  const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const lines = Object.keys(files)
    .sort()
    .map((path) => `${path} ${sum(files[path] ?? new Uint8Array())}\n`);
  expect(await folder.sha256()).toBe(sum(Buffer.from(lines.join(''))));
});

test('a changed file, an unlisted file and a missing file each have their code', async () => {
  const weights = files['head/group1-shard1of1.bin']?.slice() ?? new Uint8Array();
  weights[5] = (weights[5] ?? 0) ^ 1;
  const changed = await openFiles({ ...files, 'head/group1-shard1of1.bin': weights, 'more.bin': weights });
  await expect(changed.read('head/group1-shard1of1.bin')).rejects.toMatchObject({ code: 'model-hash' });
  await expect(changed.read('more.bin')).rejects.toMatchObject({ code: 'model-hash' });
  await expect(changed.read('nowhere.bin')).rejects.toMatchObject({ code: 'model-not-found' });
  await expect((await openUrl('models/tiny/')).read('nowhere.bin')).rejects.toMatchObject({ code: 'model-not-found' });
});

test('no path leaves the folder', async () => {
  const folder = await openUrl('models/tiny/');
  for (const path of [
    '../index.json',
    '/models/index.json',
    `${base}models/index.json`,
    'a/../../index.json',
    '%2e%2e/index.json',
    '',
  ]) {
    await expect(folder.read(path)).rejects.toMatchObject({ code: 'model-invalid' });
  }
});

test('a card may be missing', async () => {
  expect(await (await openFiles(files)).readOptionalText('README.md')).toBeNull();
});

test('what is no model says so', async () => {
  await expect(openUrl('nothing/')).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(openUrl('page/')).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(openUrl('broken/')).rejects.toMatchObject({ code: 'network' });
  await expect(ModelFolder.open({ kind: 'url', url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
    code: 'network',
  });
  await expect(openFiles({})).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(openFiles({ 'manifest.json': new TextEncoder().encode('{') })).rejects.toMatchObject({
    code: 'model-invalid',
  });
});

test('the list tells what manifests say, and keeps a folder that can’t be read', async () => {
  expect(await listModels(`${base}models/`)).toMatchObject([
    { id: 'tiny', title: 'Tiny', classNames: ['stroma', 'gland', 'fat'], about: { patchSize: 32 } },
    { id: 'gone', title: 'Gone', classNames: [], about: null },
  ]);
  await expect(listModels(`${base}nothing/`)).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(listModels(`${base}page/`)).rejects.toMatchObject({ code: 'model-invalid' });
});
