import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePhantom } from './make-phantom.ts';

const SEED = 5;
const EDGE_PX = 576;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phantom-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the files of a seed are the same bytes however the work is cut and shared', async () => {
  const shares: number[] = [];
  const one = join(folder, 'one');
  const two = join(folder, 'two');
  // What a killed run left; no process has this id.
  await mkdir(join(folder, '.one.4194999.partial'));
  await makePhantom({ outDir: one, seed: SEED, slidePx: EDGE_PX, workers: 1, bandPx: 576 });
  await makePhantom({
    outDir: two,
    seed: SEED,
    slidePx: EDGE_PX,
    workers: 3,
    bandPx: 62,
    onProgress: (share) => shares.push(share),
  });
  const hashes = await hashesOf(one);
  expect(await hashesOf(two)).toEqual(hashes);
  expect(hashes['phantom_files/10/0_0.jpg']).toBe('fde7485cd69d9a9e3c2b46720ac90b83dde4fd56845b506203c0c18c5279e4ba');
  expect(shares.at(-1)).toBe(1);
  // Nothing half-made stays behind.
  expect((await readdir(folder)).sort()).toEqual(['one', 'two']);

  const mask = decodePng(await readFile(join(one, 'mask.png')));
  expect([mask.width, mask.height, mask.channels, mask.depth]).toEqual([72, 72, 1, 8]);
  const dataset = JSON.parse(await readFile(join(one, 'dataset.json'), 'utf8'));
  const codes = new Set<number>(dataset.classes.flatMap((one: { codes: number[] }) => one.codes));
  expect(mask.data.every((code) => codes.has(code))).toBe(true);
  expect(dataset).toMatchObject({ kind: 'mask', mpp: 0.5, mask_downsample: 8, ignore_codes: [0] });
  expect(dataset.images).toEqual([
    { image: 'phantom.dzi', mask: 'mask.png', group: 'seed-5', width: EDGE_PX, height: EDGE_PX },
  ]);
  expect(await readFile(join(one, 'phantom_files', 'vips-properties.xml'), 'utf8')).toContain('openslide.mpp-x');
  expect(Object.keys(hashes).filter((path) => path.startsWith('phantom_files/10/'))).toHaveLength(4);
  expect(hashes['phantom_files/0/0_0.jpg']).toBeDefined();
});

test('a folder that cannot be written is said so, and nothing is left beside it', async () => {
  const before = (await readdir(folder)).sort();
  const file = join(folder, 'file');
  await writeFile(file, 'not a folder');
  await expect(makePhantom({ outDir: join(file, 'phantom'), slidePx: 64, workers: 1 })).rejects.toThrow(/file/);
  expect((await readdir(folder)).sort()).toEqual([...before, 'file'].sort());
  await expect(makePhantom({ outDir: folder, slidePx: 100 })).rejects.toThrow(/multiple of 64/);
});

async function hashesOf(root: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    hashes[path.slice(root.length + 1)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return hashes;
}
