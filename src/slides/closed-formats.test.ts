import { describe, expect, test } from 'vitest';
import { noisePixel } from '../../e2e/fixtures/noise-slide.ts';
import { type PageToWrite, writeTiff } from '../../e2e/fixtures/tiff-writer.ts';
import { openSlide } from './registry.ts';

const signal = new AbortController().signal;
const refusalOf = (name: string, content: BlobPart) =>
  openSlide({ kind: 'files', files: [new File([content], name)] }, signal).then(
    () => null,
    (error) => ({ code: error.code, message: error.message }),
  );
const page = (more: Partial<PageToWrite>): PageToWrite => ({
  width: 100,
  height: 80,
  tile: { width: 64, height: 64 },
  pixel: (x, y) => noisePixel(0, x, y),
  ...more,
});
const tiff = (...pages: readonly Partial<PageToWrite>[]) => writeTiff(pages.map(page));

describe('a slide of a format that is not read is named, with what converts it', () => {
  test.each([
    ['a.czi', 'ZISRAWFILE\0\0\0', /^Zeiss CZI: not supported; convert with: bfconvert .*"a\.czi" "a\.ome\.tif"/],
    ['scan', 'ZISRAWFILE\0\0\0', /Zeiss CZI/],
    ['a.mrxs', new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), /3DHISTECH MIRAX.*vips tiffsave/],
    ['a.svslide', 'SQLite format 3\0', /Sakura/],
    ['a.vsi', tiff({}), /Olympus VSI/],
    ['a.ets', 'SIS\0', /Olympus VSI/],
    ['a.isyntax', '<DataObject ObjectType="DPUfsImport">', /Philips iSyntax.*scanner's own program/],
    ['a.kfb', 'KFB?', /KFB/],
    ['a.nd2', new Uint8Array([0xda, 0xce, 0xbe, 0x0a]), /ND2/],
  ] as const)('%s: %#', async (name, content, says) => {
    expect(await refusalOf(name, content)).toEqual({
      code: 'unsupported-format',
      message: expect.stringMatching(says),
    });
  });

  test.each([
    ['Hamamatsu NDPI', tiff({ tags: { 65420: [1] } })],
    ['Leica SCN', tiff({ description: '<scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">' })],
    ['Ventana BIF', tiff({ description: 'Label_Image' }, { description: 'level=0 mag=40 quality=90' })],
  ])('%s under another name', async (format, content) => {
    expect((await refusalOf('renamed.tif', content))?.message).toContain(
      `${format}: not supported; convert with: vips`,
    );
  });

  test('what is no slide at all stays that', async () => {
    expect((await refusalOf('letter.txt', 'Dear colleague'))?.code).toBe('not-a-slide');
    expect(await refusalOf('slide.tif', tiff({}))).toBeNull();
  });
});
