// A model that is too large is refused before its weights are asked for, and one that lies about its size while it comes.

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { runtimeMemory } from './backends/backend.ts';
import { DeviceLosses } from './backends/device-losses.ts';
import { LoadedModel } from './loaded-model.ts';
import type { ModelOrigin } from './model-info.ts';
import { pickedFiles, tinyFolder } from './tiny-model.fixture.ts';

const encoder = 'encoder/model.json';
const weights = 'encoder/group1-shard1of1.bin';
let server: Server | null = null;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = null;
});

const load = (origin: ModelOrigin, memoryGiB?: number) =>
  LoadedModel.load(origin, { id: 'a', backend: 'cpu', losses: new DeviceLosses(), memoryGiB });

/** Serves the files, or what `special` does with a path, and notes what was asked. */
async function serve(
  files: ReturnType<typeof tinyFolder>,
  special: Record<string, (response: ServerResponse) => void> = {},
) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    asked.push(path);
    const answer = special[path];
    if (answer !== undefined) answer(response);
    else response.writeHead(files[path] === undefined ? 404 : 200).end(files[path]);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    origin: { kind: 'url', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` } as const,
  };
}

/** The tiny model's folder without sums, its encoder's graph changed. */
function withEncoder(change: (text: string) => string, manifest: Record<string, unknown> = {}) {
  const folder = tinyFolder({ x_files: null, ...manifest });
  folder[encoder] = new TextEncoder().encode(change(new TextDecoder().decode(folder[encoder])));
  return folder;
}

const inflated = () =>
  withEncoder((text) => {
    const graph = JSON.parse(text);
    graph.weightsManifest[0].weights.push({ name: 'more', shape: [1024, 1024, 400], dtype: 'float32' });
    return JSON.stringify(graph);
  });

test('weights beyond the budget are not asked for', async () => {
  const { asked, origin } = await serve(inflated());
  await expect(load(origin)).rejects.toMatchObject({
    code: 'out-of-memory',
    message: expect.stringMatching(/weights take 3\.13 GiB .* 1 GiB here/),
  });
  expect(asked).not.toContain(weights);
  await expect(load({ kind: 'files', files: pickedFiles(inflated()) }, 2)).rejects.toMatchObject({
    code: 'out-of-memory',
    message: expect.stringMatching(/256 MiB here/),
  });
});

test('the same model fits one device and not a smaller one', async () => {
  const folder = tinyFolder();
  (await load({ kind: 'files', files: pickedFiles(folder) }, 1)).dispose();
  await expect(load({ kind: 'files', files: pickedFiles(folder) }, 1 / 1024)).rejects.toMatchObject({
    code: 'out-of-memory',
  });
});

test('layers count: a patch whose context is without bounds', async () => {
  const manifest = { x_dsml: { ...(JSON.parse(tinyText()).x_dsml as object), context_pixels: 40_000 }, x_golden: null };
  await expect(
    load({ kind: 'files', files: pickedFiles(withEncoder((text) => text, manifest)) }),
  ).rejects.toMatchObject({ code: 'out-of-memory', message: expect.stringMatching(/widest layer \d+ GiB/) });
});

test('weights that go on after what their shapes need are given up', async () => {
  const before = runtimeMemory().tensors;
  let sent = 0;
  let closed = false;
  const endless = (response: ServerResponse) => {
    const part = new Uint8Array(1 << 16);
    const more = () => {
      if (closed) return;
      sent += part.length;
      response.write(part, more);
    };
    response.on('close', () => {
      closed = true;
    });
    more();
  };
  const { origin } = await serve(tinyFolder({ x_files: null }), { [weights]: endless });
  await expect(load(origin)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringMatching(/shard1of1\.bin is longer than it may be/),
  });
  await expect.poll(() => closed).toBe(true);
  expect(sent).toBeLessThan(1 << 26);
  expect(runtimeMemory().tensors).toBe(before);
});

test('a manifest that is announced as longer than any is not read', async () => {
  const { origin } = await serve(tinyFolder(), {
    'manifest.json': (response) => response.writeHead(200, { 'Content-Length': 2 ** 33 }).write('{'),
  });
  await expect(load(origin)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringMatching(/manifest\.json is longer than it may be/),
  });
});

function tinyText(): string {
  return new TextDecoder().decode(tinyFolder()['manifest.json']);
}
