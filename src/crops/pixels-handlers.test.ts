import { beforeEach, expect, test } from 'vitest';
import { noiseLevels } from '../../e2e/fixtures/noise-slide.ts';
import { largestDifference, referenceCrop } from '../../e2e/fixtures/reference-crop.ts';
import { writeTiff } from '../../e2e/fixtures/tiff-writer.ts';
import { type Client, connectCalls, type Endpoint, serveCalls } from '../lib/worker-call.ts';
import type { PictureDecoder, TilePixels } from '../tiles/picture-decoder.ts';
import { cropField } from './crop-field.ts';
import type { PixelsCalls, PixelsEvents } from './pixels.contract.ts';
import { pixelsHandlers } from './pixels-handlers.ts';

/** Counts as the browser's does; Node has no ImageBitmap. */
class FakeDecoder implements PictureDecoder {
  openBitmaps = 0;

  async decode(blob: Blob, { width, height }: { width: number; height: number }): Promise<TilePixels> {
    if (blob.size === 0) throw new Error('no picture');
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  async toBitmap(): Promise<ImageBitmap> {
    this.openBitmaps++;
    return { close() {}, width: 64, height: 64 };
  }

  handedOut(): void {
    this.openBitmaps--;
  }
}

const levels = noiseLevels(300, 200, [1, 2, 4]);
const slide = new File(
  [
    writeTiff(
      levels.map(({ width, height, rgb }) => ({
        width,
        height,
        tile: { width: 64, height: 64 },
        pixel: (x, y) => {
          const at = 3 * (y * width + x);
          return [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
        },
      })),
    ),
  ],
  'noise.tif',
);
const description =
  '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="64"><Size Width="100" Height="80"/></Image>';

let client: Client<PixelsCalls, PixelsEvents>;

beforeEach(() => {
  const [here, there] = linked();
  serveCalls<PixelsCalls, PixelsEvents>(there, pixelsHandlers(new FakeDecoder(), { budgetBytes: 1e8, maxRunning: 4 }));
  client = connectCalls<PixelsCalls, PixelsEvents>(here);
});

/** Two ends that pass objects as they are: a file that goes through a port loses its name in Node. */
function linked(): [Endpoint, Endpoint] {
  const ends = [new EventTarget(), new EventTarget()] as const;
  const endpoint = (own: EventTarget, other: EventTarget): Endpoint => ({
    postMessage: (data) => queueMicrotask(() => other.dispatchEvent(new MessageEvent('message', { data }))),
    addEventListener: (type, listener) => own.addEventListener(type, (event) => listener(event as MessageEvent)),
  });
  return [endpoint(ends[0], ends[1]), endpoint(ends[1], ends[0])];
}

const user = (mpp: number) => ({ mppX: mpp, mppY: mpp, source: 'user' as const });
const open = (file: File, mpp?: number) =>
  client.call('open', { origin: { kind: 'files', files: [file] }, ...(mpp === undefined ? {} : { scale: user(mpp) }) });

test('a slide opens, is calibrated, read, and closed again with nothing left', async () => {
  const { handle, description } = await open(slide);
  expect(description).toMatchObject({ name: 'noise.tif', width: 300, mppX: null, mppSource: null });
  const shape = { spacing: 1, patchSizePx: 32, contextPx: 0, padding: 'white' } as const;
  const field = cropField({ mppX: 0.5, mppY: 0.5 }, { x: 120, y: 90 }, shape);
  const read = () => client.call('fields', { handle, fields: [field], priority: 'run' });
  await expect(read()).rejects.toMatchObject({ code: 'mpp-unknown' });
  await expect(client.call('calibrate', { handle, scale: user(-1) })).rejects.toMatchObject({ code: 'bad-argument' });
  await client.call('calibrate', { handle, scale: user(2) });
  await expect(read()).rejects.toMatchObject({ code: 'spacing-too-fine' });
  expect(await client.call('calibrate', { handle, scale: user(0.5) })).toMatchObject({ mppX: 0.5, mppSource: 'user' });
  const [raster] = await read();
  const expected = referenceCrop(levels, 0.5, 0.5, { x: 120, y: 90, spacing: 1, sizePx: 32, padding: 'white' });
  expect(largestDifference(raster?.data ?? [], expected)).toBe(0);
  const before = await client.call('stats', undefined);
  expect(before.tileBytes).toBe(before.tilesDecoded * 4 * 64 * 64);
  await client.call('close', { handle });
  expect(await client.call('stats', undefined)).toEqual({ ...before, tileBytes: 0, openBitmaps: 0 });
  await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
});

test('what the user types holds over what the file says', async () => {
  expect((await open(slide, 0.25)).description).toMatchObject({ mppX: 0.25, mppY: 0.25, mppSource: 'user' });
});

test('other workers are served through ports of their own', async () => {
  const { handle } = await open(slide, 0.5);
  const { port1, port2 } = new MessageChannel();
  await client.call('attach', { port: port1 }, { transfer: [port1] });
  const other = connectCalls<PixelsCalls, PixelsEvents>(port2);
  port2.start();
  expect(await other.call('thumbnail', { handle, longestSidePx: 150 })).toMatchObject({ width: 150, height: 100 });
  const { tilesDecoded, tilesUnique } = await client.call('stats', undefined);
  expect([tilesDecoded, tilesUnique]).toEqual([6, 6]);
  port2.close();
});

test('tiles for the screen are moved, not kept', async () => {
  const { handle } = await open(slide);
  const bitmap = await client.call('tile', { handle, address: { level: 0, column: 1, row: 1 }, priority: 'visible' });
  expect(bitmap).not.toBeNull();
  expect((await client.call('stats', undefined)).openBitmaps).toBe(0);
});

test('a pyramid that stops early shows nothing where its single-tile levels would be', async () => {
  const { handle } = await open(new File([description], 'a.dzi'));
  const tile = (level: number) =>
    client.call('tile', { handle, address: { level, column: 0, row: 0 }, priority: 'visible' });
  await expect(tile(0)).rejects.toMatchObject({ code: 'tile-unavailable' });
  expect(await tile(1)).toBeNull();
});
