import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSlide } from '../registry.ts';
import { deepZoomLevels } from './deep-zoom.ts';
import { parseDeepZoom } from './deep-zoom-description.ts';
import { parseVipsProperties, spacingOfProperties } from './vips-properties.ts';

const signal = new AbortController().signal;
const xml = (attributes = '', inside = '', namespace = '2008') =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/${namespace}" Format="png" Overlap="1" TileSize="254" ${attributes}>
  <Size Height="600" Width="1000"/>${inside}
</Image>`;
const properties = (entries: Record<string, string>) =>
  `<?xml version="1.0"?>\n<image xmlns="http://www.vips.ecs.soton.ac.uk//dzsave"><properties>${Object.entries(entries)
    .map(([name, value]) => `<property><name>${name}</name><value type="VipsRefString">${value}</value></property>`)
    .join('')}</properties></image>`;

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A web of files: what is not listed is 404. */
function serve(files: Readonly<Record<string, string>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const content = files[url];
    return content === undefined ? new Response(null, { status: 404 }) : new Response(content);
  });
  return asked;
}

const threeTries = { tries: 3, firstPauseMs: 0, random: () => 0 };
const open = (url: string) => openSlide({ kind: 'url', url }, signal, threeTries);

describe('the description', () => {
  test.each([
    ['2008', xml()],
    ['2009', xml('', '', '2009')],
    [
      'prefixed',
      xml().replace('<Image xmlns=', '<d:Image xmlns:d=').replace('<Size', '<d:Size').replace('</Image', '</d:Image'),
    ],
    [
      'JSON',
      JSON.stringify({
        Image: {
          xmlns: 'http://schemas.microsoft.com/deepzoom/2008',
          Format: 'png',
          Overlap: '1',
          TileSize: 254,
          Size: { Height: '600', Width: '1000' },
        },
      }),
    ],
  ])('%s', (_name, text) => {
    expect(parseDeepZoom(text, 'a.dzi')).toEqual({
      width: 1000,
      height: 600,
      tileSizePx: 254,
      overlapPx: 1,
      format: 'png',
      tilesUrl: null,
      displayRects: null,
    });
  });

  test.each([
    ['not-a-slide', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['not-a-slide', xml().replace('Width="1000"', 'Width="0"')],
    ['not-a-slide', xml('', '', '2011')],
    ['not-a-slide', '{"Image": {"Format": "png"}}'],
    ['unsupported-format', xml().replace('"png"', '"tif"')],
    ['damaged', '{"Image": {"Format": "png"'],
  ])('refuses with %s: %s', (code, text) => {
    expect(() => parseDeepZoom(text, 'a.dzi')).toThrow(expect.objectContaining({ code }));
  });

  test('levels are halved and rounded up, to one pixel', () => {
    const levels = deepZoomLevels({ width: 1000, height: 600, tileSizePx: 254 });
    expect(levels.map(({ width, height, downsample }) => [width, height, downsample])).toEqual([
      [1000, 600, 1],
      [500, 300, 2],
      [250, 150, 4],
      [125, 75, 8],
      [63, 38, 16],
      [32, 19, 32],
      [16, 10, 64],
      [8, 5, 128],
      [4, 3, 256],
      [2, 2, 512],
      [1, 1, 1024],
    ]);
  });
});

describe('spacing', () => {
  test.each([
    [{ 'openslide.mpp-x': '0.499', 'openslide.mpp-y': '0.498', xres: '1', yres: '1' }, [0.499, 0.498]],
    [{ 'openslide.mpp-x': '0.25' }, [0.25, 0.25]],
    [{ xres: '4000', yres: '2000' }, [0.25, 0.5]],
    [{ xres: '1', yres: '1' }, null], // the default of libvips: one pixel a millimetre
    [{ xres: '2.834646', yres: '2.834646' }, null], // 72 dpi
    [{}, null],
  ])('%j gives %j', (entries, expected) => {
    const spacing = spacingOfProperties(parseVipsProperties(properties(entries)));
    expect(spacing === null ? null : [spacing.mppX, spacing.mppY]).toEqual(expected);
  });

  test('an unreadable properties file is as none', () => {
    expect(parseVipsProperties('<image><properties></image')).toEqual({});
  });
});

describe('a pyramid behind a link', () => {
  const base = 'https://slides.example/a%20b/liver.dzi?token=x%2Fy';
  const folder = 'https://slides.example/a%20b/liver_files/';

  test('is described with its spacing, and its tiles are cut out of their overlap', async () => {
    const asked = serve({
      [base]: xml(),
      [`${folder}vips-properties.xml?token=x%2Fy`]: properties({ 'openslide.mpp-x': '0.5', 'openslide.mpp-y': '0.5' }),
      [`${folder}10/3_2.png?token=x%2Fy`]: 'picture',
      [`${folder}10/0_1.png?token=x%2Fy`]: 'picture',
    });
    const source = await open(base);
    expect(source.description).toMatchObject({
      name: 'liver.dzi',
      format: 'Deep Zoom',
      mppX: 0.5,
      mppSource: 'metadata',
      sparse: false,
    });
    const corner = await source.readTile({ level: 0, column: 3, row: 2 }, signal);
    expect(corner).toMatchObject({
      kind: 'encoded',
      core: { x: 1, y: 1, width: 1000 - 3 * 254, height: 600 - 2 * 254 },
    });
    const left = await source.readTile({ level: 0, column: 0, row: 1 }, signal);
    expect(left).toMatchObject({ kind: 'encoded', core: { x: 0, y: 1, width: 254, height: 254 } });
    expect(await source.readTile({ level: 3, column: 0, row: 0 }, signal)).toEqual({ kind: 'missing' });
    expect(asked.at(-1)).toBe(`${folder}7/0_0.png?token=x%2Fy`);
    expect(source.bytesFetched).toBeGreaterThan(14);
  });

  test('opens without a properties file', async () => {
    serve({ [base]: xml() });
    expect((await open(base)).description).toMatchObject({ mppX: null, mppSource: null });
  });

  test('may keep its tiles elsewhere', async () => {
    const asked = serve({ [base]: xml('Url="../tiles"') });
    await (await open(base)).readTile({ level: 10, column: 0, row: 0 }, signal);
    expect(asked.at(-1)).toBe('https://slides.example/tiles/0/0_0.png?token=x%2Fy');
  });

  test('with display rectangles is sparse, and asked for nothing outside them', async () => {
    const rect =
      '<DisplayRects><DisplayRect MinLevel="8" MaxLevel="10"><Rect X="300" Y="0" Width="100" Height="100"/></DisplayRect></DisplayRects>';
    const asked = serve({ [base]: xml('', rect) });
    const source = await open(base);
    const before = asked.length;
    const tile = ([level, column, row]: readonly [number, number, number]) =>
      source.readTile({ level, column, row }, signal);
    for (const address of [
      [0, 0, 0],
      [0, 1, 1],
      [3, 0, 0],
    ] as const) {
      expect(await tile(address)).toEqual({ kind: 'missing' });
    }
    expect([source.description.sparse, asked.length]).toEqual([true, before]);
    await tile([0, 1, 0]);
    expect(asked.length).toBe(before + 1);
  });

  test.each([
    ['not-found', undefined, 404],
    ['network', undefined, 503],
    ['network', undefined, 403],
    ['not-a-slide', '<html></html>', 200],
  ])('that is none fails with %s', async (code, content, status) => {
    vi.stubGlobal('fetch', async () => new Response(content, { status }));
    await expect(open(base)).rejects.toMatchObject({ code });
  });

  test('that fails for a moment is tried again, described and read', async () => {
    serve({ [base]: xml(), [`${folder}10/0_0.png?token=x%2Fy`]: 'picture' });
    const fetched = fetch;
    const asked = new Map<string, number>();
    vi.stubGlobal('fetch', async (url: string) => {
      asked.set(url, (asked.get(url) ?? 0) + 1);
      return asked.get(url) === 3 ? fetched(url) : new Response(null, { status: 503 });
    });
    expect(await (await open(base)).readTile({ level: 0, column: 0, row: 0 }, signal)).toMatchObject({
      kind: 'encoded',
    });
  });

  test('that no server answers for says so; an abort says nothing', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    await expect(open(base)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('slides.example'),
    });
    const controller = new AbortController();
    vi.stubGlobal('fetch', async (_url: string, { signal: asked }: RequestInit) => {
      controller.abort();
      asked?.throwIfAborted();
    });
    await expect(openSlide({ kind: 'url', url: base }, controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

test('a pyramid in a picked folder', async () => {
  const file = (path: string, content: string) => {
    const made = new File([content], path.replace(/.*\//, ''));
    Object.defineProperty(made, 'webkitRelativePath', { value: path });
    return made;
  };
  const files = [
    file('case 1/liver_files/10/0_0.png', 'tile'),
    file('case 1/liver_files/vips-properties.xml', properties({ xres: '2000', yres: '2000' })),
    file('case 1/liver.dzi', xml()),
  ];
  const source = await openSlide({ kind: 'files', files }, signal);
  expect(source.description).toMatchObject({ name: 'liver.dzi', mppX: 0.5 });
  const tile = await source.readTile({ level: 0, column: 0, row: 0 }, signal);
  expect(tile.kind === 'encoded' && (await tile.blob.text())).toBe('tile');
});
