import { describe, expect, test } from 'vitest';
import { noisePixel } from '../../../e2e/fixtures/noise-slide.ts';
import { type PageToWrite, type TiffOptions, writeTiff } from '../../../e2e/fixtures/tiff-writer.ts';
import { BlockedBytes, FileBytes } from '../bytes/byte-source.ts';
import { openSlide } from '../registry.ts';
import type { SlideSource } from '../slide-source.ts';
import { openTiff } from './tiff.ts';

const signal = new AbortController().signal;
const tile = { width: 64, height: 48 };
const page = (index: number, width: number, height: number, more: Partial<PageToWrite> = {}): PageToWrite => ({
  width,
  height,
  tile,
  pixel: (x, y) => noisePixel(index, x, y),
  ...more,
});
const pyramid = [page(0, 300, 200), page(1, 150, 100), page(2, 75, 50)];

function open(pages: readonly PageToWrite[], options: TiffOptions = {}): Promise<SlideSource> {
  const files = [new File([writeTiff(pages, options)], 'made.tif')];
  return openSlide({ kind: 'files', files }, signal);
}

async function expectPixels(source: SlideSource, level: number, column: number, row: number): Promise<void> {
  const read = await source.readTile({ level, column, row }, signal);
  const size = source.description.levels[level];
  if (read.kind !== 'pixels' || size === undefined) throw new Error(`a tile of kind ${read.kind}`);
  expect(read.width).toBe(Math.min(tile.width, size.width - column * tile.width));
  expect(read.height).toBe(Math.min(tile.height, size.height - row * tile.height));
  for (let k = 0; k < read.width * read.height; k++) {
    const [x, y] = [column * tile.width + (k % read.width), row * tile.height + Math.floor(k / read.width)];
    expect([...read.data.subarray(4 * k, 4 * k + 4)]).toEqual([...noisePixel(level, x, y), 255]);
  }
}

describe('tiles are the pixels that were written', () => {
  const variants: readonly [string, readonly PageToWrite[], TiffOptions][] = [
    ['pages', pyramid, {}],
    ['deflate', pyramid.map((each) => ({ ...each, compression: 'deflate' as const })), {}],
    ['big-endian', pyramid, { bigEndian: true }],
    ['BigTIFF', pyramid, { big: true }],
    ['big-endian BigTIFF', pyramid, { big: true, bigEndian: true }],
    ['levels below the first page', pyramid, { below: true }],
  ];
  test.each(variants)('%s', async (_name, pages, options) => {
    const source = await open(pages, options);
    expect(source.description.levels.map(({ width, height, downsample }) => [width, height, downsample])).toEqual([
      [300, 200, 1],
      [150, 100, 2],
      [75, 50, 4],
    ]);
    await expectPixels(source, 0, 1, 2);
    await expectPixels(source, 0, 4, 4);
    await expectPixels(source, 2, 1, 1);
  });
});

describe('pages that are no level', () => {
  const strips = (index: number, width: number, height: number, more: Partial<PageToWrite>): PageToWrite => ({
    width,
    height,
    pixel: (x, y) => noisePixel(index, x, y),
    ...more,
  });
  const aperio = (rest: string) => `Aperio Image Library v11.2.1\r\n300x200 ${rest}`;

  test('are left out and never read: thumbnail, label, macro', async () => {
    const watched = (name: string): Partial<PageToWrite> => ({ description: aperio(name) });
    const source = await open([
      page(0, 300, 200, {
        description: aperio('[0,0 300x200] (64x48) JPEG/RGB Q=30|AppMag = 20|MPP = 0.4990|Date = 12/29/09'),
      }),
      strips(9, 100, 66, watched('-> 100x66')),
      page(1, 150, 100, watched('-> 150x100')),
      strips(9, 60, 70, { ...watched('label 60x70'), subfileType: 1 }),
      page(9, 120, 80, { ...watched('macro 120x80'), subfileType: 9 }),
      page(9, 100, 30, {}),
    ]);
    expect(source.description.levels.map(({ width }) => width)).toEqual([300, 150]);
    expect(source.description).toMatchObject({
      format: 'Aperio SVS',
      mppX: 0.499,
      mppY: 0.499,
      mppSource: 'metadata',
      objectivePower: 20,
    });
    expect(source.description.properties['aperio.Date']).toBe('12/29/09');
    await expectPixels(source, 1, 2, 1);
  });

  test('are handed over beside the slide, by name, for who asks', async () => {
    const source = await open([
      page(0, 300, 200, { description: aperio('|MPP = 0.4990') }),
      strips(9, 100, 66, { description: aperio('-> 100x66') }),
      strips(9, 60, 70, { description: aperio('label 60x70'), subfileType: 1 }),
      page(9, 120, 80, { description: aperio('macro 120x80'), subfileType: 9 }),
    ]);
    const { associated = [] } = source;
    expect(associated.map(({ kind, width, height }) => [kind, width, height])).toEqual([
      ['thumbnail', 100, 66],
      ['label', 60, 70],
      ['macro', 120, 80],
    ]);
    const [label = { tile: { kind: 'missing' }, x: -1, y: -1 }] = (await associated[1]?.read(signal)) ?? [];
    if (label.tile.kind !== 'pixels') throw new Error(`a tile of kind ${label.tile.kind}`);
    expect([label.x, label.y, label.tile.width, label.tile.height]).toEqual([0, 0, 60, 70]);
    expect([...label.tile.data.subarray(0, 3)]).toEqual([...noisePixel(9, 0, 0)]);
    expect((await associated[2]?.read(signal))?.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [64, 0],
      [0, 48],
      [64, 48],
    ]);
  });
});

describe('spacing', () => {
  test.each([
    [{ x: 20000, y: 40000, unit: 3 }, [0.5, 0.25]],
    [{ x: 36811.6, y: 36811.6, unit: 2 }, [0.69, 0.69]],
    [{ x: 72, y: 72, unit: 2 }, null],
    [{ x: 96, y: 96, unit: 2 }, null],
    [{ x: 20000, y: 20000, unit: 1 }, null],
  ])('%j is %j um/px', async (resolution, expected) => {
    const { mppX, mppY, mppSource } = (await open([page(0, 100, 100, { resolution })])).description;
    expect(mppSource).toBe(expected === null ? null : 'metadata');
    expect(mppX).toEqual(expected === null ? null : expect.closeTo(expected[0] ?? 0, 5));
    expect(mppY).toEqual(expected === null ? null : expect.closeTo(expected[1] ?? 0, 5));
  });

  test('an Aperio header goes before the resolution', async () => {
    const description = 'Aperio Image\n|AppMag = 40|MPP = 0.2500';
    const source = await open([page(0, 100, 100, { description, resolution: { x: 10000, y: 10000, unit: 3 } })]);
    expect(source.description.mppX).toBe(0.25);
  });
});

describe('a picture in strips', () => {
  const striped = (width: number, height: number, tags: PageToWrite['tags'] = {}): PageToWrite => ({
    width,
    height,
    pixel: (x, y) => noisePixel(0, x, y),
    tags,
  });

  test('is cut into bands, read apart where nothing is packed', async () => {
    const source = await open([striped(300, 1100)]);
    const [level] = source.description.levels;
    expect(level).toMatchObject({ width: 300, height: 1100, tileWidth: 300, tileHeight: 512 });
    const last = await source.readTile({ level: 0, column: 0, row: 2 }, signal);
    if (last.kind !== 'pixels') throw new Error(`a tile of kind ${last.kind}`);
    expect([last.width, last.height]).toEqual([300, 76]);
    expect([...last.data.subarray(0, 3)]).toEqual([...noisePixel(0, 0, 1024)]);
  });

  test('is refused above the size that is stated', async () => {
    const large = striped(8, 8, { 256: [8001], 257: [8000], 278: [8000] });
    await expect(open([large])).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/64 million/),
    });
  });
});

test('a colour profile is noticed', async () => {
  const [first, ...others] = pyramid;
  const withProfile = first === undefined ? [] : [{ ...first, tags: { 34675: [1, 2, 3] } }, ...others];
  expect((await open(withProfile)).description.hasColourProfile).toBe(true);
  expect((await open(pyramid)).description.hasColourProfile).toBe(false);
});

test('a tile of no bytes is a gap', async () => {
  const gap = page(0, 300, 200, { tileBytes: (column, row, samples) => (column === 1 && row === 1 ? null : samples) });
  const source = await open([gap]);
  expect(await source.readTile({ level: 0, column: 1, row: 1 }, signal)).toEqual({ kind: 'missing' });
  await expectPixels(source, 0, 0, 1);
});

describe('what cannot be read is told in words', () => {
  test.each([
    [{ 259: [34887] }, 'unsupported-format', /LERC/],
    [{ 259: [61234] }, 'unsupported-format', /61234/],
    [{ 258: [16, 16, 16] }, 'unsupported-format', /16 bits|bits a sample/],
    [{ 284: [2] }, 'damaged', /list of tiles/],
    [{ 277: [9] }, 'unsupported-format', /9 samples/],
    [{ 322: [60000], 323: [60000] }, 'unsupported-format', /too large/],
    [{ 256: [4e9], 257: [4e9] }, 'damaged', /list of tiles/],
    [{ 262: [5] }, 'unsupported-format', /RGB/],
  ])('tags %j', async (tags, code, message) => {
    await expect(open([page(0, 100, 100, { tags })])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test.each([0.02, 0.3, 0.6, 0.9, 0.999])('a file cut to %d of its length', async (share) => {
    const whole = writeTiff(pyramid);
    const cut = new File([whole.subarray(0, share * whole.length)], 'cut.tif');
    await expect(openSlide({ kind: 'files', files: [cut] }, signal)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('a tile whose bytes are not there, or make no sense', async () => {
    const lost = page(0, 100, 100, { tags: { 324: Array.from({ length: 6 }, () => 65000) } });
    const source = await open([lost]);
    await expect(source.readTile({ level: 0, column: 0, row: 0 }, signal)).rejects.toMatchObject({ code: 'damaged' });
    const garbage = page(0, 100, 100, { compression: 'deflate', tileBytes: () => Uint8Array.of(1, 2, 3, 4) });
    const other = await open([garbage]);
    await expect(other.readTile({ level: 0, column: 0, row: 0 }, signal)).rejects.toMatchObject({ code: 'damaged' });
  });

  test.each([
    ['not-a-slide', 'Dear colleague, this is a letter.'],
    ['not-a-slide', '<!DOCTYPE html><html></html>'],
    ['not-a-slide', '\u00ff'],
    ['not-a-slide', ''],
  ])('%s: %j', async (code, content) => {
    await expect(openSlide({ kind: 'files', files: [new File([content], 'a.svs')] }, signal)).rejects.toMatchObject({
      code,
    });
  });
});

test('opening reads tags, not the file', async () => {
  const file = writeTiff([page(0, 1200, 900), page(1, 600, 450)]);
  const source = await openTiff(
    new BlockedBytes(new FileBytes(new Blob([file])), { blockBytes: 1024, windowBytes: 1024 }),
    'a.tif',
    signal,
  );
  expect(source.bytesFetched).toBeLessThan(file.length / 100);
  const before = source.bytesFetched;
  await expectPixels(source, 0, 12, 10);
  expect(source.bytesFetched - before).toBeLessThan(3 * tile.width * tile.height + 4 * 1024);
});
