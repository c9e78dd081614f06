// The pixels that the model is given, in a real browser: crops of a lossless slide against a reference written for it,
// the same pixels by link and from disk, and how the page behaves when tiles come late, break off or are left out.

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { encode } from 'fast-png';
import type { Point } from '../src/pyramid/geometry.ts';
import { AppPage } from './app-page.ts';
import { noiseLevels } from './fixtures/noise-slide.ts';
import { largestDifference, type ReferenceLevel, referenceCrop } from './fixtures/reference-crop.ts';
import { seeded } from './fixtures/seeded.ts';
import { type Asked, type Fault, startTestServer } from './fixtures/servers.ts';
import { writeTiff } from './fixtures/tiff-writer.ts';

const MODEL = 'glas-colon';
const manifest = JSON.parse(readFileSync(`public/models/${MODEL}/manifest.json`, 'utf8')) as {
  patch_size_pixels: number;
  x_dsml: { spacings_um_px: number[]; padding: 'white' | 'reflect' };
};
const patchSizePx = manifest.patch_size_pixels;
const { spacings_um_px: spacings, padding } = manifest.x_dsml;
const finest = Math.min(...spacings);

const WIDTH = 1500;
const HEIGHT = 1100;
const TILE_PX = 240;
const levels = noiseLevels(WIDTH, HEIGHT, [1, 2, 4]);

function tiffOf(all: readonly ReferenceLevel[]): Uint8Array<ArrayBuffer> {
  return writeTiff(
    all.map(({ width, height, rgb }) => ({
      width,
      height,
      tile: { width: TILE_PX, height: TILE_PX },
      compression: 'deflate',
      pixel: (x, y) => {
        const at = 3 * (y * width + x);
        return [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
      },
    })),
  );
}

/** RGBA of each magnification, finest first. */
async function readCrops(app: AppPage, at: Point): Promise<{ spacing: number; data: Uint8Array }[]> {
  const crops = await app.page.evaluate(async (point) => {
    const read = await window.concentric.readCrops(point);
    return Promise.all(
      read.map(async ({ spacing, data }) => {
        const url = await new Promise<string>((resolve) => {
          const reader = new FileReader();
          reader.addEventListener('load', () => resolve(String(reader.result)));
          reader.readAsDataURL(new Blob([data as Uint8ClampedArray<ArrayBuffer>]));
        });
        return { spacing, base64: url.slice(url.indexOf(',') + 1) };
      }),
    );
  }, at);
  return crops.map(({ spacing, base64 }) => ({ spacing, data: new Uint8Array(Buffer.from(base64, 'base64')) }));
}

test('crops of 200 seeded centres equal the reference, byte for byte where nothing is resampled', async ({ page }) => {
  test.setTimeout(240_000);
  const server = await startTestServer({ files: new Map([['noise.tif', tiffOf(levels)]]) });
  const app = new AppPage(page);
  await app.open();
  await app.loadModel(MODEL, 'wasm');
  const random = seeded(7);
  const between = (low: number, high: number) => low + random() * (high - low);
  for (const mpp of [finest, finest / 1.25, 0.8 * finest + 0.0031, finest / 2, 1.04 * finest]) {
    await app.openSlide(`${server.url}/noise.tif`, mpp);
    for (let k = 0; k < 40; k++) {
      const inside = { x: between(0, WIDTH), y: between(0, HEIGHT) };
      const at = [
        { x: Math.floor(inside.x), y: Math.floor(inside.y) },
        { x: TILE_PX * Math.floor(inside.x / TILE_PX), y: TILE_PX * Math.floor(inside.y / TILE_PX) },
        { x: random() < 0.5 ? 0 : WIDTH - 1, y: random() < 0.5 ? 0 : HEIGHT - 1 },
        inside,
      ][k % 4];
      if (at === undefined) throw new Error('no centre');
      for (const { spacing, data } of await readCrops(app, at)) {
        const expected = referenceCrop(levels, mpp, mpp, { ...at, spacing, sizePx: patchSizePx, padding });
        const untouched = mpp === finest && spacing === finest && Number.isInteger(at.x) && Number.isInteger(at.y);
        const difference = largestDifference(data, expected);
        expect(difference, `${spacing} um/px at ${at.x}, ${at.y} of ${mpp}`).toBeLessThanOrEqual(untouched ? 0 : 1);
      }
    }
  }
  await server.close();
});

test('a slide is the same by link, from disk, and from a server that fails now and then or knows no ranges', async ({
  page,
}) => {
  const file = tiffOf(levels.slice(0, 1));
  const files = new Map([['noise.tif', file]]);
  const servers = await Promise.all([
    startTestServer({ files }),
    startTestServer({ files, ranges: false }),
    startTestServer({ files, fault: failEachRangeOnce() }),
  ]);
  const app = new AppPage(page);
  await app.open();
  await app.loadModel(MODEL, 'wasm');
  const at = { x: 700, y: 500 };
  const expected = levels.slice(0, 1);
  const check = async () => {
    for (const { spacing, data } of await readCrops(app, at)) {
      const reference = referenceCrop(expected, finest, finest, { ...at, spacing, sizePx: patchSizePx, padding });
      expect(largestDifference(data, reference)).toBeLessThanOrEqual(spacing === finest ? 0 : 1);
    }
  };
  for (const { url } of servers) {
    await app.openSlide(`${url}/noise.tif`, finest);
    await check();
  }
  await page.evaluate(
    async ({ bytes, mpp }) => {
      const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
      await window.concentric.openSlide(new File([data], 'noise.tif'), { mpp });
    },
    { bytes: Buffer.from(file).toString('base64'), mpp: finest },
  );
  await check();
  await Promise.all(servers.map((server) => server.close()));
});

test('missing tiles are background only in a pyramid that says it leaves tiles out', async ({ page }) => {
  const pyramid = noiseLevels(500, 400, [1, 2, 4]);
  const displayRects =
    '<DisplayRects><DisplayRect MinLevel="0" MaxLevel="9"><Rect X="0" Y="0" Width="500" Height="400"/></DisplayRect></DisplayRects>';
  const servers = await Promise.all(
    ['', displayRects].map((inside) => startTestServer({ files: deepZoomWithHole(pyramid, inside) })),
  );
  const [whole, sparse] = servers;
  const app = new AppPage(page);
  await app.open();
  await app.loadModel(MODEL, 'wasm');
  const codeAt = (at: Point) =>
    page.evaluate(
      (point) =>
        window.concentric.readCrops(point).then(
          () => null,
          (error) => error.code,
        ),
      at,
    );

  await app.openSlide(`${whole?.url}/a.dzi`, 4 * finest);
  expect(await codeAt({ x: 100, y: 100 })).toBe('spacing-too-fine');
  await app.openSlide(`${whole?.url}/a.dzi`);
  expect(await codeAt({ x: 100, y: 100 })).toBe('mpp-unknown');
  await app.openSlide(`${whole?.url}/a.dzi`, finest);
  expect(await codeAt({ x: 260, y: 200 })).toBe('tile-unavailable');

  await app.openSlide(`${sparse?.url}/a.dzi`, finest);
  const filled = pyramid.map((level, index) => (index === 0 ? withWhiteHole(level) : level));
  for (const { spacing, data } of await readCrops(app, { x: 260, y: 200 })) {
    const expected = referenceCrop(filled, finest, finest, { x: 260, y: 200, spacing, sizePx: patchSizePx, padding });
    expect(largestDifference(data, expected)).toBe(0);
  }
  await Promise.all(servers.map((server) => server.close()));
});

test('a tile is fetched and decoded once for screen and model, and closing gives everything back', async ({ page }) => {
  const server = await startTestServer({ files: 'public/slides/phantom' });
  const app = new AppPage(page);
  await app.open();
  await app.loadModel(MODEL, 'wasm');
  const before = await app.stats();
  await app.openSlide(`${server.url}/phantom.dzi`);
  await app.settle();
  await readCrops(app, { x: 3000, y: 3000 });
  await readCrops(app, { x: 3010, y: 3000 });
  const after = await app.stats();
  const paths = server.requests.map(({ path }) => path).filter((path) => path.endsWith('.jpg'));
  expect(new Set(paths).size).toBe(paths.length);
  expect(after.tilesDecoded - before.tilesDecoded).toBe(after.tilesUnique - before.tilesUnique);
  expect(after.tilesDecoded - before.tilesDecoded).toBe(paths.length);
  expect(after.tileBytes).toBeGreaterThan(0);
  await page.evaluate(() => window.concentric.closeSlide());
  await expect.poll(async () => (await app.stats()).tileBytes).toBe(0);
  await expect.poll(async () => (await app.stats()).openBitmaps).toBe(0);
  await server.close();
});

/** 503 the first time that a part of the file is asked for, but for what tells what the file is. */
function failEachRangeOnce(): (asked: Asked) => Fault | null {
  const failed = new Set<string | null>();
  return ({ range, nth }) => {
    const opens = nth <= 1 || failed.has(range);
    failed.add(range);
    return opens ? null : { kind: 'status', status: 503 };
  };
}

const HOLE = { column: 1, row: 0, tilePx: 254 };

function withWhiteHole(level: ReferenceLevel): ReferenceLevel {
  const isHole = (pixel: number) => {
    const [x, y] = [pixel % level.width, Math.floor(pixel / level.width)];
    return Math.floor(x / HOLE.tilePx) === HOLE.column && Math.floor(y / HOLE.tilePx) === HOLE.row;
  };
  return { ...level, rgb: level.rgb.map((value, k) => (isHole(Math.floor(k / 3)) ? 255 : value)) };
}

/** A lossless Deep Zoom pyramid of three levels, one pixel of overlap, in which one tile of the finest is missing. */
function deepZoomWithHole(levels: readonly ReferenceLevel[], inside: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const { width = 0, height = 0 } = levels[0] ?? {};
  const namespace = 'http://schemas.microsoft.com/deepzoom/2008';
  const size = `<Size Width="${width}" Height="${height}"/>`;
  const description = `<Image xmlns="${namespace}" Format="png" Overlap="1" TileSize="${HOLE.tilePx}">${size}${inside}</Image>`;
  files.set('a.dzi', new TextEncoder().encode(description));
  levels.forEach((level, index) => {
    for (const { column, row, png } of tilesOf(level)) {
      if (index === 0 && column === HOLE.column && row === HOLE.row) continue;
      files.set(`a_files/${9 - index}/${column}_${row}.png`, png);
    }
  });
  return files;
}

function tilesOf({ width, height, rgb }: ReferenceLevel) {
  const tiles = [];
  for (let row = 0; row * HOLE.tilePx < height; row++) {
    for (let column = 0; column * HOLE.tilePx < width; column++) {
      const [left, top] = [Math.max(0, column * HOLE.tilePx - 1), Math.max(0, row * HOLE.tilePx - 1)];
      const right = Math.min(width, (column + 1) * HOLE.tilePx + 1);
      const bottom = Math.min(height, (row + 1) * HOLE.tilePx + 1);
      const data = new Uint8Array(3 * (right - left) * (bottom - top));
      for (let y = top; y < bottom; y++) {
        data.set(rgb.subarray(3 * (y * width + left), 3 * (y * width + right)), 3 * (y - top) * (right - left));
      }
      tiles.push({ column, row, png: encode({ width: right - left, height: bottom - top, data, channels: 3 }) });
    }
  }
  return tiles;
}
