import { readdirSync, readFileSync } from 'node:fs';
import { encode } from 'jpeg-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { dataFile, hasData } from '../../../e2e/fixtures/data.ts';
import type { Elements } from '../../../e2e/fixtures/dicom-writer.ts';
import { jpegDecoder } from '../../../e2e/fixtures/jpeg-decoder.ts';
import { seeded } from '../../../e2e/fixtures/seeded.ts';
import { failureCodes, isFailure } from '../../lib/failure.ts';
import { openSlide } from '../registry.ts';
import type { SlideSource } from '../slide-source.ts';
import { serveWeb } from '../web.fixture.ts';
import { colourAt, IMPLICIT, JPEG, type MadeImage, madeDicom, madeFrames } from './dicom.fixture.ts';

const signal = new AbortController().signal;
const open = (...files: readonly File[]) => openSlide({ kind: 'files', files }, signal);

const finest: MadeImage = { width: 70, height: 45, tilePx: 32, spacingMm: [0.00025, 0.00026] };
const coarser: MadeImage = { width: 23, height: 15, tilePx: 32, spacingMm: [0.00075, 0.00078] };

/** Every tile of the finest level has the made pixels, at its own size. */
async function expectMadePixels(slide: SlideSource, { width, height, tilePx }: MadeImage): Promise<void> {
  for (let row = 0; row * tilePx < height; row++) {
    for (let column = 0; column * tilePx < width; column++) {
      const tile = await slide.readTile({ level: 0, column, row }, signal);
      if (tile.kind !== 'pixels') throw new Error(tile.kind);
      expect([tile.width, tile.height]).toEqual([
        Math.min(tilePx, width - column * tilePx),
        Math.min(tilePx, height - row * tilePx),
      ]);
      for (let y = 0; y < tile.height; y++) {
        for (let x = 0; x < tile.width; x++) {
          const at = 4 * (y * tile.width + x);
          const expected = [...colourAt(column * tilePx + x, row * tilePx + y), 255];
          if (expected.some((value, k) => tile.data[at + k] !== value)) throw new Error(`${column} ${row} ${x} ${y}`);
        }
      }
    }
  }
}

describe('levels', () => {
  test('one instance a level, in any order; scale and downsample from the pixel spacings', async () => {
    const slide = await open(madeDicom(coarser), madeDicom(finest));
    expect(slide.description).toMatchObject({
      format: 'DICOM',
      width: 70,
      height: 45,
      mppX: 0.25,
      mppY: 0.26,
      mppSource: 'metadata',
      sparse: false,
      levels: [
        { width: 70, height: 45, downsample: 1, tileWidth: 32 },
        { width: 23, height: 15, downsample: 3 },
      ],
    });
    await expectMadePixels(slide, finest);
    expect(JSON.stringify(slide.description)).not.toContain('Secret');
  });

  test('pixel spacings that can’t be leave the downsample to the sizes', async () => {
    for (const spacingMm of [
      [65.536, 65.536],
      [0.00001, 0.00001],
    ] as const) {
      const slide = await open(madeDicom({ ...finest, spacingMm }), madeDicom(coarser));
      expect(slide.description.levels.map(({ downsample }) => downsample)).toEqual([1, expect.closeTo(70 / 23, 1)]);
    }
  });

  test('implicit little endian', async () => {
    await expectMadePixels(await open(madeDicom({ ...finest, transferSyntax: IMPLICIT })), finest);
  });

  test('frames that say where they lie: what is not there is background', async () => {
    const sparse = { ...finest, sparse: [5, 0, 2, 1] };
    const slide = await open(madeDicom(sparse));
    expect(slide.description.sparse).toBe(true);
    const kinds = [];
    for (const tile of [0, 1, 2, 3, 4, 5]) {
      const read = await slide.readTile({ level: 0, column: tile % 3, row: Math.floor(tile / 3) }, signal);
      kinds.push(read.kind);
      if (read.kind !== 'pixels') continue;
      const [x, y] = [32 * (tile % 3), 32 * Math.floor(tile / 3)];
      expect([...read.data.subarray(0, 3)]).toEqual(colourAt(x, y));
    }
    expect(kinds).toEqual(['pixels', 'pixels', 'pixels', 'missing', 'missing', 'pixels']);
  });

  test('a colour profile of the optical path is noticed', async () => {
    const path: Elements = [['00282000', 'OB', Uint8Array.of(1, 2, 3, 4)]];
    const profiled = await open(madeDicom({ ...finest, more: [['00480105', 'SQ', [path]]] }));
    expect(profiled.description.hasColourProfile).toBe(true);
    expect((await open(madeDicom(finest))).description.hasColourProfile).toBe(false);
  });

  test('a concatenation is one level', async () => {
    const slide = await open(madeDicom({ ...finest, part: [4, 6] }), madeDicom({ ...finest, part: [0, 4] }));
    expect(slide.description.levels).toHaveLength(1);
    await expectMadePixels(slide, finest);
  });

  test('label and overview are kept apart, other series and other files left alone', async () => {
    const slide = await open(
      madeDicom({ ...coarser, width: 400, flavor: 'LABEL' }),
      madeDicom({ ...coarser, width: 500, flavor: 'OVERVIEW' }),
      madeDicom({ ...coarser, series: '9.9' }),
      madeDicom(finest),
      new File(['a note'], 'readme.txt'),
    );
    expect(slide.description.levels).toHaveLength(1);
    expect(slide.associated?.map(({ kind, width }) => [kind, width])).toEqual([
      ['label', 400],
      ['macro', 500],
    ]);
    const [label] = slide.associated ?? [];
    expect(await label?.read(signal)).toHaveLength(13);
  });
});

describe('frames in fragments', () => {
  const fragments = madeFrames(finest);
  const starts = fragments.map((_, k) => k * (8 + (fragments[0]?.length ?? 0)));

  test.each([
    ['a table', { fragments, table: starts, count: 6 }],
    ['no table', { fragments, count: 6 }],
    [
      'a table and two fragments a frame',
      {
        fragments: fragments.flatMap((frame) => [frame.subarray(0, 100), frame.subarray(100)]),
        table: starts.map((start, k) => start + 8 * k),
        count: 6,
      },
    ],
  ])('%s', async (_name, frames) => {
    await expectMadePixels(await open(madeDicom({ ...finest, transferSyntax: JPEG }, frames)), finest);
  });

  test('several fragments a frame and no table', async () => {
    const halves = fragments.flatMap((frame) => [frame.subarray(0, 100), frame.subarray(100)]);
    const slide = await open(madeDicom(finest, { fragments: halves, count: 6 }));
    const reading = slide.readTile({ level: 0, column: 0, row: 0 }, signal);
    await expect(reading).rejects.toMatchObject({ code: 'unsupported-format' });
  });

  test('JPEG frames go to the browser as pictures', async () => {
    const data = new Uint8Array(4 * 32 * 32).fill(128);
    const jpeg = Uint8Array.from(encode({ width: 32, height: 32, data }, 90).data);
    const one = { ...coarser, width: 30, height: 20 };
    const slide = await open(madeDicom({ ...one, transferSyntax: JPEG }, { fragments: [jpeg], count: 1 }));
    const tile = await slide.readTile({ level: 0, column: 0, row: 0 }, signal);
    if (tile.kind !== 'encoded') throw new Error(tile.kind);
    expect(tile.core).toEqual({ x: 0, y: 0, width: 30, height: 20 });
    expect((await jpegDecoder.decode(tile.blob, tile.core)).data[0]).toBeCloseTo(128, -1);
  });
});

describe('a folder behind a link', () => {
  const folder = 'http://host/slides/case%201/';
  afterEach(() => vi.unstubAllGlobals());

  test('its files are read as if they had been picked', async () => {
    const [one, other] = await Promise.all([finest, coarser].map((image) => madeDicom(image).arrayBuffer()));
    serveWeb({
      [folder]: '{ "files": ["one #1.dcm", "other"] }',
      [`${folder}one%20%231.dcm`]: new Uint8Array(one ?? new ArrayBuffer()),
      [`${folder}other`]: new Uint8Array(other ?? new ArrayBuffer()),
    });
    const slide = await openSlide({ kind: 'url', url: folder }, signal);
    expect(slide.description).toMatchObject({ name: 'case 1', format: 'DICOM', mppX: 0.25 });
    expect(slide.description.levels).toHaveLength(2);
    await expectMadePixels(slide, finest);
  });

  test.each(['{ "files": [1] }', '{ "names": [] }', '{ "files": ['])('%s lists no slide', async (text) => {
    serveWeb({ [folder]: text });
    await expect(openSlide({ kind: 'url', url: folder }, signal)).rejects.toMatchObject({ code: 'not-a-slide' });
  });
});

describe('what cannot be read is told in words', () => {
  test.each([
    ['unsupported-format', madeDicom({ ...finest, transferSyntax: '1.2.840.10008.1.2.4.80' })],
    ['not-a-slide', madeDicom({ ...finest, flavor: 'LABEL' })],
    ['not-a-slide', new File(['no slide at all'], 'a.dcm')],
    ['damaged', madeDicom({ ...finest, width: 20_000_000 }, { fragments: [], count: 6 })],
    ['damaged', madeDicom({ ...finest, width: 0 })],
  ])('%s', async (code, file) => {
    await expect(open(file)).rejects.toMatchObject({ code });
  });

  test('200 damaged files end in a documented code, or in a slide whose tiles do', async () => {
    const random = seeded(5);
    const fragments = madeFrames(finest);
    const whole = [
      madeDicom(finest),
      madeDicom({ ...finest, sparse: [5, 0, 2] }),
      madeDicom(finest, { fragments, count: 6 }),
      madeDicom(finest, { fragments, table: [0, 3080, 6160, 9240, 12320, 15400], count: 6 }),
    ];
    const codes = new Set<string>();
    for (let k = 0; k < 200; k++) {
      const file = whole[k % whole.length] ?? new File([], '');
      let bytes = new Uint8Array(await file.arrayBuffer());
      const headerBytes = 1100;
      if (k % 3 === 0) bytes = bytes.slice(0, Math.floor(random() * (k % 2 === 0 ? headerBytes : bytes.length)));
      else
        for (let n = 0; n < 1 + (k % 8); n++)
          bytes[132 + Math.floor(random() * headerBytes)] = Math.floor(random() * 256);
      codes.add(await outcome(new File([bytes], 'a.dcm')));
    }
    expect([...codes].filter((code) => code !== 'read' && !failureCodes.includes(code as never))).toEqual([]);
    expect(codes).toContain('damaged');
  });
});

/** Opens the file and reads all its tiles, up to some: the code of the first refusal, or "read". */
async function outcome(file: File): Promise<string> {
  try {
    const slide = await open(file);
    for (let column = 0; column < 3; column++) await slide.readTile({ level: 0, column, row: 0 }, signal);
    return 'read';
  } catch (error) {
    return isFailure(error) ? error.code : `no failure: ${String(error)}`;
  }
}

test.skipIf(!hasData)('a scanner’s slide in twelve instances', async () => {
  const folder = dataFile('slides/cmu1_dicom');
  const files = readdirSync(folder).map((name) => new File([readFileSync(`${folder}/${name}`)], name));
  const slide = await openSlide({ kind: 'files', files, paths: files.map(({ name }) => `cmu1/${name}`) }, signal);
  expect(slide.description).toMatchObject({ name: 'cmu1', width: 2220, height: 2967, mppX: 0.499, mppY: 0.499 });
  expect(slide.description.levels.map(({ downsample }) => downsample)).toEqual(
    Array.from({ length: 12 }, (_, k) => 2 ** k),
  );
  const tile = await slide.readTile({ level: 0, column: 4, row: 5 }, signal);
  if (tile.kind !== 'encoded') throw new Error(tile.kind);
  expect((await jpegDecoder.decode(tile.blob, tile.core)).width).toBe(220);
});
