// Tiles and vendors' descriptions inside TIFFs as accident or malice makes them, in each packing that is read: a tile has
// all its pixels or is refused, and what a description says of a slide makes sense or is refused.

import { deflateSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { afterEach, expect, test, vi } from 'vitest';
import { damagedBytes, damagedText, fuzz } from '../../../e2e/fixtures/fuzz.ts';
import { noisePixel } from '../../../e2e/fixtures/noise-slide.ts';
import { type PageToWrite, writeTiff } from '../../../e2e/fixtures/tiff-writer.ts';
import { openSlide } from '../registry.ts';
import { expectSense, opening, readEnds } from '../sense.fixture.ts';

afterEach(() => void vi.unstubAllGlobals());

const tile = { width: 64, height: 48 };
const page: PageToWrite = { width: 300, height: 200, tile, pixel: (x, y) => noisePixel(5, x, y) };
const smaller: PageToWrite = { ...page, width: 150, height: 100 };

/** Opens a TIFF and reads tiles of it; answers how many there were. */
async function openWhole(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  vi.stubGlobal('fetch', (address: unknown) => expect.unreachable(`asked the network for ${String(address)}`));
  const files = [new File([bytes], 'a.tif')];
  const source = await openSlide({ kind: 'files', files }, new AbortController().signal);
  expectSense(source);
  const read = await readEnds(source);
  source.close();
  return read;
}

/** Each byte as a code of its own, with the table begun anew before codes get longer. */
function lzwOf(samples: Uint8Array): Uint8Array {
  const codes: number[] = [];
  for (const [k, byte] of samples.entries()) codes.push(...(k % 200 === 0 ? [256, byte] : [byte]));
  const bits = [...codes, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function packBitsOf(samples: Uint8Array): Uint8Array {
  const runs = Array.from({ length: Math.ceil(samples.length / 128) }, (_, k) => samples.slice(128 * k, 128 * k + 128));
  return Uint8Array.from(runs.flatMap((run) => [run.length - 1, ...run]));
}

/** One raw block (RFC 8878, 3.1.1.2). */
function zstandardOf(samples: Uint8Array): Uint8Array {
  const header = (samples.length << 3) | 1;
  const length = [samples.length & 255, (samples.length >> 8) & 255, samples.length >> 16, 0];
  return Uint8Array.of(
    0x28,
    0xb5,
    0x2f,
    0xfd,
    0xa0,
    ...length,
    header & 255,
    (header >> 8) & 255,
    header >> 16,
    ...samples,
  );
}

function jpegOf(samples: Uint8Array): Uint8Array {
  const data = Uint8Array.from({ length: 4 * tile.width * tile.height }, (_, k) =>
    k % 4 === 3 ? 255 : (samples[3 * (k >> 2) + (k % 4)] ?? 0),
  );
  return new Uint8Array(encode({ ...tile, data }, 80).data);
}

const packings: Readonly<Record<string, readonly [compression: number, pack: (samples: Uint8Array) => Uint8Array]>> = {
  LZW: [5, lzwOf],
  JPEG: [7, jpegOf],
  deflate: [8, (samples) => Uint8Array.from(deflateSync(samples))],
  PackBits: [32773, packBitsOf],
  Zstandard: [50000, zstandardOf],
};

/** What the writer hands over for each tile. */
function samplesOfTiles(): Uint8Array[] {
  const seen: Uint8Array[] = [];
  const tileBytes = (_column: number, _row: number, samples: Uint8Array) => {
    seen.push(samples);
    return samples;
  };
  writeTiff([{ ...page, tileBytes }]);
  return seen;
}

/** A slide whose tiles are all these bytes. */
const slideOf = (tileBytes: Uint8Array, compression: number, predictor: number) =>
  writeTiff(
    [page, smaller].map((one) => ({
      ...one,
      tileBytes: () => tileBytes,
      tags: { 259: [compression], 317: [predictor] },
    })),
  );
const [samples = new Uint8Array()] = samplesOfTiles();
const packed = Object.entries(packings).map(([name, [compression, pack]]) => {
  return { name, compression, bytes: pack(samples) };
});

test.each(packed)('sound tiles packed by $name', async ({ bytes, compression }) => {
  expect(await openWhole(slideOf(bytes, compression, 1))).toBe(4);
});

test('packed tiles', async () => {
  let refused = 0;
  await fuzz({
    what: 'packed tiles',
    cases: 1000,
    codes: opening,
    async attempt(dice) {
      const { bytes, compression } = dice.of(packed) ?? { bytes: samples, compression: 1 };
      if ((await openWhole(slideOf(damagedBytes(dice, bytes), compression, dice.of([1, 2])))) < 4) refused++;
    },
  });
  expect(refused).toBeGreaterThan(200);
});

const ome = `<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Instrument><Objective ID="Objective:0" NominalMagnification="20"/></Instrument><Image ID="Image:0" Name="a"><ObjectiveSettings ID="Objective:0"/><Pixels DimensionOrder="XYCZT" SizeX="300" SizeY="200" SizeC="3" SizeZ="1" SizeT="1" PhysicalSizeX="0.5" PhysicalSizeXUnit="µm" PhysicalSizeY="0.5"><Channel SamplesPerPixel="3"/><TiffData IFD="0" PlaneCount="1"/></Pixels></Image><Image Name="label"><Pixels DimensionOrder="XYCZT" SizeX="150" SizeY="100" SizeC="3" SizeZ="1" SizeT="1"><Channel SamplesPerPixel="3"/><TiffData IFD="1"/></Pixels></Image></OME>`;
const spacing = (mm: string) =>
  `<DataObject ObjectType="PixelDataRepresentation"><Attribute Name="DICOM_PIXEL_SPACING" Group="0x0028">"${mm}" "${mm}"</Attribute></DataObject>`;
const philips = `<?xml version="1.0"?><DataObject ObjectType="DPUfsImport"><Attribute Name="DICOM_MANUFACTURER">PHILIPS</Attribute>${spacing('0.00025')}${spacing('0.0005')}</DataObject>`;

interface Described {
  readonly format: string;
  readonly sound: string;
  readonly software: string;
}
const described: readonly [Described, ...Described[]] = [
  { format: 'OME-TIFF', sound: ome, software: '' },
  { format: 'Philips TIFF', sound: philips, software: 'Philips DP v1.0' },
];
const slideWith = (description: string, software: string) =>
  writeTiff([{ ...page, description, software }, smaller, { ...smaller, width: 75, height: 50 }]);

test.each(described)('a sound description in $format', async ({ format, sound, software }) => {
  const files = [new File([slideWith(sound, software)], 'a.tif')];
  const { description } = await openSlide({ kind: 'files', files }, new AbortController().signal);
  expect(description).toMatchObject({ format, width: 300, height: 200 });
});

test('descriptions in OME and Philips TIFFs', async () => {
  await fuzz({
    what: 'descriptions in OME and Philips TIFFs',
    cases: 800,
    codes: opening,
    attempt(dice) {
      const { sound, software } = dice.of(described);
      return openWhole(slideWith(damagedText(dice, sound).slice(0, 60_000), software));
    },
  });
});
