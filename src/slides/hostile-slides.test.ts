// Descriptions, files, archives and addresses of slides as accident or malice makes them: each opens as a slide that
// makes sense or ends in a documented failure, soon; no prototype changes, and nothing but what was given is read.

import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { afterEach, expect, test, vi } from 'vitest';
import { type Dice, damagedBytes, damagedJson, damagedText, fuzz } from '../../e2e/fixtures/fuzz.ts';
import { noisePixel } from '../../e2e/fixtures/noise-slide.ts';
import { writeTiff } from '../../e2e/fixtures/tiff-writer.ts';
import { madeDicom } from './dicom/dicom.fixture.ts';
import { openSlide } from './registry.ts';
import { expectSense, opening, readEnds } from './sense.fixture.ts';
import { serveWeb } from './web.fixture.ts';

const signal = new AbortController().signal;

afterEach(() => void vi.unstubAllGlobals());

/** Opens the files, and reads a tile of each end of each of the first levels. */
async function openWhole(files: readonly File[], paths?: readonly string[]): Promise<void> {
  vi.stubGlobal('fetch', (address: unknown) => expect.unreachable(`asked the network for ${String(address)}`));
  const source = await openSlide({ kind: 'files', files, ...(paths === undefined ? {} : { paths }) }, signal);
  expectSense(source);
  await readEnds(source);
  source.close();
}

const asFile = (content: string | Uint8Array<ArrayBuffer>, name: string) => new File([content], name);

const deepZoom = `<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpeg" Overlap="1" TileSize="254"><Size Width="3000" Height="2000"/><DisplayRects><DisplayRect MinLevel="1" MaxLevel="12"><Rect X="0" Y="0" Width="200" Height="100"/></DisplayRect></DisplayRects></Image>`;
const vips =
  '<image xmlns="http://www.vips.ecs.soton.ac.uk//dzsave"><properties><property><name>openslide.mpp-x</name><value>0.5</value></property><property><name>openslide.mpp-y</name><value>0.5</value></property></properties></image>';
const zoomify =
  '<IMAGE_PROPERTIES WIDTH="3000" HEIGHT="2000" NUMTILES="140" NUMIMAGES="1" VERSION="1.8" TILESIZE="256" />';
const iiif = {
  '@context': 'http://iiif.io/api/image/3/context.json',
  id: 'https://images.example.org/a',
  type: 'ImageService3',
  protocol: 'http://iiif.io/api/image',
  width: 6000,
  height: 4000,
  profile: 'level2',
  sizes: [{ width: 1500, height: 1000 }],
  tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4, 8] }],
  service: [{ profile: 'http://iiif.io/api/annex/services/physdim', physicalScale: 0.00005, physicalUnits: 'cm' }],
};
const patterned = {
  name: 'a',
  width: 3000,
  height: 2000,
  tileSize: 256,
  tileOverlap: 1,
  minLevel: 3,
  maxLevel: 12,
  url: 'tiles/{z}/{x}_{y}.jpg',
  mpp_x: 0.5,
  mpp_y: 0.5,
  objective_power: 20,
};
const listed = {
  levels: [
    { width: 3000, height: 2000, url: 'a/{x}_{y}.jpg' },
    { width: 300, height: 200, url: 'b.jpg' },
  ],
  tileSize: 256,
};
const deepZoomJson = {
  Image: {
    xmlns: 'http://schemas.microsoft.com/deepzoom/2008',
    Format: 'jpg',
    Overlap: '0',
    TileSize: '256',
    Size: { Width: '3000', Height: '2000' },
  },
};

test('Deep Zoom', async () => {
  await fuzz({
    what: 'Deep Zoom descriptions',
    cases: 1000,
    codes: opening,
    async attempt(dice) {
      const [description, properties] =
        dice.below(3) === 0 ? [deepZoom, damagedText(dice, vips)] : [damagedText(dice, deepZoom), vips];
      const text = dice.below(5) === 0 ? damagedJson(dice, deepZoomJson) : description;
      const files = [asFile(text, 'a.dzi'), asFile(properties, 'vips-properties.xml'), asFile('tile', '0_0.jpeg')];
      await openWhole(files, ['a.dzi', 'a_files/vips-properties.xml', 'a_files/12/0_0.jpeg']);
    },
  });
});

test('Zoomify', async () => {
  await fuzz({
    what: 'Zoomify descriptions',
    cases: 700,
    codes: opening,
    attempt: (dice) => openWhole([asFile(damagedText(dice, zoomify), 'ImageProperties.xml')]),
  });
});

const described: readonly [readonly [object, string], ...(readonly [object, string])[]] = [
  [iiif, 'info.json'],
  [patterned, 'a.json'],
  [listed, 'a.json'],
];

test('IIIF and JSON tile descriptions', async () => {
  await fuzz({
    what: 'IIIF and JSON tile descriptions',
    cases: 1500,
    codes: opening,
    attempt(dice) {
      const [document, name] = dice.of(described);
      return openWhole([asFile(damagedJson(dice, document), name)]);
    },
  });
});

const aperio =
  'Aperio Image Library v11.2.1\r\n300x200 [0,0 300x200] (64x48) JPEG/RGB Q=70|AppMag = 20|MPP = 0.4990|Left = 25.69|Filename = a';
const pixel = (x: number, y: number) => noisePixel(3, x, y);
const tile = { width: 64, height: 48 };
const pages = (description: string) => [
  { width: 300, height: 200, tile, pixel, description },
  { width: 150, height: 100, tile, pixel },
];

test('TIFF and SVS', async () => {
  const sound = [
    writeTiff(pages('plain')),
    writeTiff(pages('big'), { big: true }),
    writeTiff(pages('other'), { bigEndian: true, below: true }),
  ] as const;
  await fuzz({
    what: 'TIFF files',
    cases: 600,
    codes: opening,
    attempt: (dice) => openWhole([asFile(damagedBytes(dice, dice.of(sound)), 'a.tif')]),
  });
  await fuzz({
    what: 'SVS headers',
    cases: 300,
    codes: opening,
    attempt: (dice) => openWhole([asFile(writeTiff(pages(damagedText(dice, aperio).slice(0, 60_000))), 'a.svs')]),
  });
});

test('DICOM', async () => {
  const file = madeDicom({ width: 70, height: 45, tilePx: 32, spacingMm: [0.00025, 0.00026] });
  const sound = new Uint8Array(await file.arrayBuffer());
  const header = sound.subarray(0, 3000);
  await fuzz({
    what: 'DICOM files',
    cases: 600,
    codes: opening,
    attempt(dice) {
      // Most of the file is pixels, which may be anything.
      const bytes = new Uint8Array([...damagedBytes(dice, header), ...sound.subarray(3000)]);
      return openWhole([asFile(dice.below(4) === 0 ? damagedBytes(dice, sound) : bytes, 'a.dcm')]);
    },
  });
});

test('zip archives', async () => {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const names = ['a/a.dzi', 'a/../../b.dzi', 'a/a_files/12/0_0.jpeg', '__proto__', 'a/a_files/vips-properties.xml'];
  for (const name of names) {
    const content = name.endsWith('a.dzi') ? deepZoom : name.endsWith('.xml') ? vips : 'tile';
    await writer.add(name, new Uint8ArrayReader(new TextEncoder().encode(content)), { level: names.indexOf(name) });
  }
  const sound = Uint8Array.from(await writer.close());
  await fuzz({
    what: 'zip archives',
    cases: 700,
    codes: opening,
    attempt: (dice) => openWhole([asFile(damagedBytes(dice, sound), 'a.szi')]),
  });
});

const addresses = [
  'https://slides.example.org/a/b.dzi',
  'http://localhost:8080/iiif/a.tif/info.json',
  'https://slides.example.org/fcgi-bin/iipsrv.fcgi?Zoomify=a%20b.tif/ImageProperties.xml',
  'https://slides.example.org/dicom-web/studies/1.2.3/series/1.2.3.4',
  'https://slides.example.org/a.svs?token=1',
] as const;

test('addresses', async () => {
  const answers: Record<string, (dice: Dice) => string> = {
    dzi: (dice) => damagedText(dice, deepZoom),
    json: (dice) => damagedJson(dice, iiif),
    xml: (dice) => damagedText(dice, zoomify),
  };
  await fuzz({
    what: 'addresses and what servers answer',
    cases: 1000,
    codes: [...opening, 'network', 'cors', 'host-not-allowed'],
    async attempt(dice) {
      const address = damagedText(dice, dice.of(addresses));
      const content = dice.of(Object.values(answers))?.(dice) ?? '';
      const asked: string[] = serveWeb({
        [address]: content,
        [URL.canParse(address) ? new URL(address).href : '']: content,
      });
      const source = await openSlide({ kind: 'url', url: address }, signal, {
        tries: 1,
        firstPauseMs: 0,
        random: () => 0,
      });
      expectSense(source);
      await source.readTile({ level: 0, column: 0, row: 0 }, signal);
      for (const one of asked) expect(URL.canParse(one)).toBe(true);
    },
  });
});
